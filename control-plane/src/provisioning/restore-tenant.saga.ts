import { defineSaga, type Saga, type SagaStep } from '../operations/saga.js';
import { tenantParameters, type TenantParameters } from './parameters.js';
import type { ProvisioningServices } from './provisioning-services.js';
import { activateStep, suspendedStep } from './steps/activate.step.js';
import { applyStep } from './steps/apply.step.js';
import { planStep } from './steps/plan.step.js';
import { publishStep } from './steps/publish.step.js';
import { verifyHeldStep, verifyStep } from './steps/verify.step.js';
import { followWithCondition } from './tenant-conditions.js';

/** Brings a tenant that waits for its deletion back, under its names and with its data: running, or suspended as it was. */
export function restoreTenantSaga(services: ProvisioningServices): Saga {
  return defineSaga({
    kind: 'tenant.restore',
    parameters: tenantParameters,
    noRollback: 'A restore is not rolled back; delete the tenant instead.',
    steps: [
      planStep(services, { presence: ({ suspended }) => (suspended ? 'suspended' : 'live') }),
      applyStep(services, { refresh: true }),
      publishStep(services),
      verifyRestoredStep(services),
      activateRestoredStep(services),
    ],
    follow: followWithCondition(services.tenants),
  });
}

function verifyRestoredStep(services: ProvisioningServices): SagaStep<TenantParameters> {
  const [live, held] = [verifyStep(services), verifyHeldStep(services)];
  return {
    ...live,
    act: async (work) => {
      const { tenant } = await services.facts.read(work.ctx, work.parameters.tenantId);
      return (tenant.suspended ? held : live).act?.(work);
    },
  };
}

function activateRestoredStep(services: ProvisioningServices): SagaStep<TenantParameters> {
  const [live, held] = [activateStep(services, 'restored'), suspendedStep(services, 'restored_suspended')];
  return {
    ...live,
    record: async (tx, work) => {
      const { suspended } = await services.tenants.require(tx, work.parameters.tenantId);
      return (suspended ? held : live).record?.(tx, work);
    },
  };
}
