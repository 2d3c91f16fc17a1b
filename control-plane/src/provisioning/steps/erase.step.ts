import { AppError } from '../../platform/app-error.js';
import { z } from 'zod';
import type { SagaStep, SagaWork, StepWork } from '../../operations/saga.js';
import type { TenantParameters } from '../parameters.js';
import type { ProvisioningServices } from '../provisioning-services.js';
import { targetCall } from '../target-call.js';

/** Deletes every row under the tenant's prefix, and proves by a scan that none is left. */
export function eraseStep(services: ProvisioningServices): SagaStep<TenantParameters> {
  return {
    name: 'erase',
    act: async (work) => {
      const { prefix, deleted } = await eraseRows(services, work);
      work.progress.say('no row is left');
      return { prefix, deleted, proof: 'empty scan' };
    },
  };
}

const erased = z.object({ prefix: z.string().nullable(), deleted: z.boolean(), proof: z.string() });

/** What was erased, and how it was proved. */
export function erasure(work: SagaWork<TenantParameters>): z.infer<typeof erased> {
  return work.output('erase', erased);
}

export async function eraseRows(
  { facts, targets }: ProvisioningServices,
  work: StepWork<TenantParameters>,
): Promise<{ prefix: string | null; deleted: boolean }> {
  const { tenant, cell } = await facts.read(work.ctx, work.parameters.tenantId);
  const prefix = tenant.rowKeyPrefix;
  if (prefix === null) return { prefix, deleted: false };
  const target = targets.of(cell.name);
  const { deleted } = await targetCall('erase the rows of the tenant', () => target.eraseRows(prefix));
  if (await targetCall('look for rows of the tenant', () => target.proveNoRows(prefix)))
    return { prefix, deleted };
  throw new AppError('unavailable', 'rows_left', {
    publicMessage:
      'Rows of the tenant were still found after they had been deleted; something wrote meanwhile.',
    resource: prefix,
    retryable: true,
    logLevel: 'warn',
  });
}
