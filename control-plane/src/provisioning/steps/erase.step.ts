import { AppError } from '../../platform/app-error.js';
import { z } from 'zod';
import type { SagaStep, SagaWork, StepWork } from '../../operations/saga.js';
import type { Target } from '../../targets/target.js';
import type { TenantParameters } from '../parameters.js';
import type { ProvisioningServices } from '../provisioning-services.js';
import { targetCall } from '../target-call.js';

/** How many rows there are before they are erased, for the certificate; a step of its own, since a second look would find none. */
export function countBeforeStep({ facts, targets }: ProvisioningServices): SagaStep<TenantParameters> {
  return {
    name: 'count',
    act: async ({ ctx, parameters }) => {
      const { tenant, cell } = await facts.read(ctx, parameters.tenantId);
      const prefix = tenant.rowKeyPrefix;
      if (prefix === null) return { rows: 0 };
      const { rows } = await targetCall('count the rows of the tenant', () =>
        targets.of(cell.name).stored(prefix),
      );
      return { rows };
    },
  };
}

const counted = z.object({ rows: z.number() });

/** How many rows there were. An operation that began under an older version did not count. */
export function rowsBefore(work: SagaWork<TenantParameters>): number {
  return work.outputIfAny('count', counted)?.rows ?? 0;
}

/** Deletes every row under the tenant's prefix, and proves by a scan that none is left; then the archives of them. */
export function eraseStep(services: ProvisioningServices): SagaStep<TenantParameters> {
  return {
    name: 'erase',
    act: async (work) => {
      const { prefix, deleted } = await eraseRows(services, work);
      const archiveObjects = await eraseArchives(services, work);
      work.progress.say('no row is left, in no archive either');
      return { prefix, deleted, proof: 'empty scan', archiveObjects };
    },
  };
}

const erased = z.object({
  prefix: z.string().nullable(),
  deleted: z.boolean(),
  proof: z.string(),
  archiveObjects: z.number(),
});

/** What was erased, and how it was proved. */
export function erasure(work: SagaWork<TenantParameters>): z.infer<typeof erased> {
  return work.output('erase', erased);
}

/** No archive of an erased tenant is kept: what is erased must not come back from a backup. @returns how many objects those were */
async function eraseArchives(
  { archives, facts }: ProvisioningServices,
  { ctx, parameters }: StepWork<TenantParameters>,
): Promise<number> {
  const { tenant } = await facts.read(ctx, parameters.tenantId);
  return targetCall('remove the archives of the tenant', () => archives.eraseObjects(ctx, tenant));
}

export async function eraseRows(
  { facts, targets }: ProvisioningServices,
  work: StepWork<TenantParameters>,
): Promise<{ prefix: string | null; deleted: boolean }> {
  const { tenant, cell } = await facts.read(work.ctx, work.parameters.tenantId);
  const prefix = tenant.rowKeyPrefix;
  if (prefix === null) return { prefix, deleted: false };
  return { prefix, deleted: await eraseAndProve(targets.of(cell.name), prefix) };
}

/** Deletes every row below a prefix in a cell. @throws AppError `rows_left` when a scan still finds one */
export async function eraseAndProve(
  target: Pick<Target, 'eraseRows' | 'proveNoRows'>,
  prefix: string,
): Promise<boolean> {
  const { deleted } = await targetCall('erase the rows of the tenant', () => target.eraseRows(prefix));
  if (await targetCall('look for rows of the tenant', () => target.proveNoRows(prefix))) return deleted;
  throw new AppError('unavailable', 'rows_left', {
    publicMessage:
      'Rows of the tenant were still found after they had been deleted; something wrote meanwhile.',
    resource: prefix,
    retryable: true,
    logLevel: 'warn',
  });
}
