import { z } from 'zod';
import type { SagaStep, SagaWork } from '../../operations/saga.js';
import type { ArchiveParameters } from '../parameters.js';
import type { ProvisioningServices } from '../provisioning-services.js';
import { targetCall } from '../target-call.js';

/** A large tenant takes hours. */
const timeoutMs = 12 * 3_600_000;
const sealed = z.object({ sha256: z.string(), rows: z.number(), bytes: z.number() });

/** Copies the tenant's rows into the archive; a repeated run goes on with the page that was not written down. */
export function copyRowsStep<P extends ArchiveParameters>(
  { archives, facts }: ProvisioningServices,
  which: (parameters: P) => string,
): SagaStep<P> {
  return {
    name: 'copy',
    timeoutMs,
    act: async ({ ctx, parameters, signal, progress }) => {
      const { tenant } = await facts.read(ctx, parameters.tenantId);
      const id = which(parameters);
      const said = (rows: number): void => progress.say(`${rows} rows copied`);
      await targetCall('copy the rows of the tenant', () => archives.copyOut(ctx, tenant, id, signal, said));
      return undefined;
    },
  };
}

/** Reads the archive back and writes down its digest: an archive that cannot be read is none. */
export function sealArchiveStep<P extends ArchiveParameters>(
  { archives, facts }: ProvisioningServices,
  which: (parameters: P) => string,
): SagaStep<P> {
  return {
    name: 'seal',
    timeoutMs,
    act: async ({ ctx, parameters, progress }) => {
      const { tenant } = await facts.read(ctx, parameters.tenantId);
      const whole = await targetCall('read the archive back', () =>
        archives.seal(ctx, tenant, which(parameters)),
      );
      progress.say(`${whole.rows} rows, ${whole.bytes} bytes, read back whole`);
      return { ...whole };
    },
  };
}

/** What was sealed. */
export function sealedArchive(work: SagaWork): z.infer<typeof sealed> {
  return work.output('seal', sealed);
}
