import type { SagaStep, StepWork } from '../../../operations/saga.js';
import type { MoveParameters } from '../../parameters.js';
import type { ProvisioningServices } from '../../provisioning-services.js';
import { runStack } from '../../run-stack.js';
import { ready } from '../../tenant-conditions.js';
import { tenantStack, type TenantFacts } from '../../tenant-stack.js';
import { planStack } from '../plan.step.js';
import { verifyHeld, verifyLive } from '../verify.step.js';

/**
 * Takes the workload to zero in the old cell: from then on every hostname answers with the holding page. Undone, it runs there
 * again, unless it was suspended before.
 */
export function restStep(services: ProvisioningServices): SagaStep<MoveParameters> {
  const { facts: reader, tenants } = services;
  return {
    name: 'rest',
    act: async (work) => {
      const { tenantId, from } = work.parameters;
      const facts = await reader.readIn(work.ctx, tenantId, from);
      await bring(services, work, facts, 'suspended');
      await verifyHeld(services, facts, 0, work.signal);
      work.progress.say(`${facts.tenant.hostnames.join(', ')} answers 503`);
      return undefined;
    },
    record: async (tx, { parameters: { tenantId, to } }) => {
      await tenants.setCondition(tx, tenantId, {
        type: 'Ready',
        status: 'False',
        reason: 'Moving',
        message: `Every hostname answers 503 with a page of the tenant while it moves to the cell ${to}.`,
      });
      return undefined;
    },
    undo: async (work) => {
      const { tenantId, from } = work.parameters;
      const facts = await reader.readIn(work.ctx, tenantId, from);
      if (facts.tenant.suspended) return;
      await bring(services, work, facts, 'live');
      await verifyLive(services, facts, 0, work.signal);
      work.progress.say(`${facts.tenant.hostnames.join(', ')} answers again`);
    },
    recordUndo: async (tx, { parameters: { tenantId } }) => {
      const { suspended } = await tenants.require(tx, tenantId);
      if (!suspended) await tenants.setCondition(tx, tenantId, ready);
    },
  };
}

async function bring(
  services: ProvisioningServices,
  work: StepWork<MoveParameters>,
  facts: TenantFacts,
  presence: 'live' | 'suspended',
): Promise<void> {
  const { input } = await planStack(services, facts, presence, work.signal);
  await runStack(services.stacks, work, {
    stack: tenantStack(facts.tenant.id),
    command: 'up',
    refresh: true,
    program: { name: 'tenant', input },
  });
}
