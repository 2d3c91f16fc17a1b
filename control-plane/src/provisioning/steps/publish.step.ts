import type { SagaStep, SagaWork } from '../../operations/saga.js';
import { z } from 'zod';
import type { TenantParameters } from '../parameters.js';
import type { ProvisioningServices } from '../provisioning-services.js';
import { targetCall } from '../target-call.js';

const published = z.object({ revision: z.number() });

/** Puts the tenant's newest branding where its workload reads it. */
export function publishStep<P extends TenantParameters = TenantParameters>(
  { branding, facts }: ProvisioningServices,
  { undoable = false }: { readonly undoable?: boolean } = {},
): SagaStep<P> {
  const placeOf = async ({ ctx, parameters: { tenantId } }: SagaWork<P>) => {
    const { tenant } = await facts.read(ctx, tenantId);
    return { tenantId, cell: tenant.cell };
  };
  const withdraw = async (work: SagaWork<P>): Promise<void> => {
    const place = await placeOf(work);
    await targetCall('take the branding away', () => branding.withdraw(work.ctx, place));
  };
  return {
    name: 'publish',
    act: async (work) => {
      const place = await placeOf(work);
      const revision = await targetCall('publish the branding', () => branding.publish(work.ctx, place));
      work.progress.say(`branding revision ${revision}`);
      return { revision };
    },
    ...(undoable ? { undo: withdraw } : {}),
  };
}

/** The revision that this operation has put live. */
export function publishedRevision(work: SagaWork<TenantParameters>): number {
  return work.output('publish', published).revision;
}
