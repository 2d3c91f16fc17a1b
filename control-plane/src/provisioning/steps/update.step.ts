import type { SagaStep, StepWork } from '../../operations/saga.js';
import type { TenantParameters } from '../parameters.js';
import type { ProvisioningServices } from '../provisioning-services.js';
import { runStack } from '../run-stack.js';
import { tenantStack } from '../tenant-stack.js';
import { applyStep } from './apply.step.js';
import { planStack } from './plan.step.js';
import { verifyLive } from './verify.step.js';

/** One run that brings the wanted spec; undone by a run with what ran before, until its page answers again. */
export function updateStep(services: ProvisioningServices): SagaStep<TenantParameters> {
  return {
    ...applyStep(services, { refresh: true }),
    undo: (work) => putBack(services, work),
  };
}

async function putBack(services: ProvisioningServices, work: StepWork<TenantParameters>): Promise<void> {
  const { tenantId } = work.parameters;
  const facts = await services.facts.read(work.ctx, tenantId, 'running');
  const { input } = await planStack(services, facts, 'live', work.signal);
  await runStack(services.stacks, work, {
    stack: tenantStack(tenantId),
    command: 'up',
    refresh: true,
    program: { name: 'tenant', input },
  });
  await verifyLive(services, facts, 0, work.signal);
  work.progress.say(`${facts.release.template} ${facts.release.version} is back`);
}
