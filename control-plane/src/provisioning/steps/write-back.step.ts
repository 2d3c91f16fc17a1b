import { z } from 'zod';
import type { SagaStep, SagaWork } from '../../operations/saga.js';
import type { RestoreParameters, TenantParameters } from '../parameters.js';
import type { ProvisioningServices } from '../provisioning-services.js';
import { targetCall } from '../target-call.js';

/** A large tenant takes hours. */
const timeoutMs = 12 * 3_600_000;
const written = z.object({ rows: z.number(), kept: z.number() });

/** Reads the archive to its end: one that is damaged is refused before anything is touched. */
export function checkArchiveStep({ archives, facts }: ProvisioningServices): SagaStep<RestoreParameters> {
  return {
    name: 'check',
    timeoutMs,
    act: async ({ ctx, parameters: { tenantId, archiveId } }) => {
      const { tenant } = await facts.read(ctx, tenantId);
      await targetCall('read the archive', () => archives.check(ctx, tenant, archiveId));
      return undefined;
    },
  };
}

/** Keeps the tenant's pods from its rows, or lets them back. */
export function holdRowsStep<P extends TenantParameters>(
  { tenants }: ProvisioningServices,
  held: boolean,
): SagaStep<P> {
  return {
    name: held ? 'hold' : 'free',
    record: async (tx, { parameters: { tenantId } }) => {
      await tenants.hold(tx, tenantId, held);
      return undefined;
    },
  };
}

/** Replaces the tenant's rows by the archive's. Nobody else writes below the prefix, which is held. */
export function writeBackStep({ archives, facts }: ProvisioningServices): SagaStep<RestoreParameters> {
  return {
    name: 'write_back',
    timeoutMs,
    act: async ({ ctx, parameters, signal, progress }) => {
      const { tenant, release } = await facts.read(ctx, parameters.tenantId);
      const said = (rows: number): void => progress.say(`${rows} rows written`);
      const { rows, kept } = await targetCall('write the rows back', () =>
        archives.writeBack(ctx, tenant, parameters, release.manifest, signal, said),
      );
      return { rows, kept };
    },
  };
}

/** Counts what is there then. */
export function countRowsStep({ archives, facts }: ProvisioningServices): SagaStep<RestoreParameters> {
  return {
    name: 'count',
    timeoutMs,
    act: async (work) => {
      const { tenant } = await facts.read(work.ctx, work.parameters.tenantId);
      const { rows } = writtenBack(work);
      await targetCall('count the rows', () => archives.requireRows(tenant, rows, work.signal));
      work.progress.say(`${rows} rows`);
      return undefined;
    },
  };
}

export function writtenBack(work: SagaWork<RestoreParameters>): z.infer<typeof written> {
  return work.output('write_back', written);
}
