import type { SagaStep } from '../../../operations/saga.js';
import type { MoveParameters } from '../../parameters.js';
import type { ProvisioningServices } from '../../provisioning-services.js';
import { ready } from '../../tenant-conditions.js';
import { publishedRevision } from '../publish.step.js';
import { verifyHeld, verifyLive } from '../verify.step.js';

/** Looks from outside until every hostname leads to the new cell: to the tenant's page, or to the holding page of a suspended one. */
export function verifyThereStep(services: ProvisioningServices): SagaStep<MoveParameters> {
  const { facts: reader, tenants } = services;
  return {
    name: 'verify',
    maxAttempts: 1,
    act: async (work) => {
      const facts = await reader.read(work.ctx, work.parameters.tenantId);
      const verify = facts.tenant.suspended ? verifyHeld : verifyLive;
      await verify(services, facts, publishedRevision(work), work.signal);
      work.progress.say(`${facts.tenant.hostnames.join(', ')} answers from the cell ${facts.cell.name}`);
      return undefined;
    },
    record: async (tx, { parameters: { tenantId } }) => {
      const { suspended } = await tenants.require(tx, tenantId);
      if (!suspended) await tenants.setCondition(tx, tenantId, ready);
      return undefined;
    },
  };
}
