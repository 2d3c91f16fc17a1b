import { defineSaga, type Saga } from '../operations/saga.js';
import { tenantParameters } from './parameters.js';
import type { ProvisioningServices } from './provisioning-services.js';
import { restoreTenantSaga } from './restore-tenant.saga.js';
import { activateStep, suspendedStep } from './steps/activate.step.js';
import { applyStep } from './steps/apply.step.js';
import { planStep } from './steps/plan.step.js';
import { publishStep } from './steps/publish.step.js';
import { verifyGoneStep, verifyHeldStep, verifyStep } from './steps/verify.step.js';
import { followWithCondition, ready, suspensionStopped } from './tenant-conditions.js';

/** What changes a tenant that lives: each ends in the state that the tenant's row asks for, so none is ever rolled back. */
export function changeTenantSagas(services: ProvisioningServices): Saga[] {
  return [
    reconcileSaga(services),
    suspendSaga(services),
    resumeSaga(services),
    deleteSaga(services),
    restoreTenantSaga(services),
  ];
}

/** Looks at what is really there and mends what has drifted from the tenant's spec. */
function reconcileSaga(services: ProvisioningServices): Saga {
  return defineSaga({
    kind: 'tenant.reconcile',
    parameters: tenantParameters,
    noRollback:
      'A reconcile makes what the tenant’s spec says; there is nothing to go back to. Resume it instead.',
    steps: [
      planStep(services, { presence: 'live' }),
      applyStep(services, { refresh: true }),
      publishStep(services),
      verifyStep(services),
    ],
    follow: followWithCondition(services.tenants, { succeeded: ready }),
  });
}

/** Takes the workload to zero; names and route stay and lead to the cell's holding page. */
function suspendSaga(services: ProvisioningServices): Saga {
  return defineSaga({
    kind: 'tenant.suspend',
    parameters: tenantParameters,
    noRollback: 'A suspension is not rolled back; reconcile the tenant, or resume it when it is suspended.',
    steps: [
      planStep(services, { presence: 'suspended' }),
      applyStep(services, { refresh: true }),
      publishStep(services),
      verifyHeldStep(services),
      suspendedStep(services, 'suspended'),
    ],
    follow: followWithCondition(services.tenants, { stopped: suspensionStopped }),
  });
}

/** Brings the workload of a suspended tenant back, with the spec that ran last. */
function resumeSaga(services: ProvisioningServices): Saga {
  return defineSaga({
    kind: 'tenant.resume',
    parameters: tenantParameters,
    noRollback: 'A resumption is not rolled back; suspend the tenant again instead.',
    steps: [
      planStep(services, { presence: 'live' }),
      applyStep(services, { refresh: true }),
      publishStep(services),
      verifyStep(services),
      activateStep(services, 'resumed'),
    ],
    follow: followWithCondition(services.tenants),
  });
}

/**
 * Takes the page away and keeps the rest. It is an `up` of the same stack without workload, route and record rather than a
 * destroy: namespace, identity and branding folder stay as they are, the stack stays the one record of what exists, and a
 * restore is one more `up`.
 */
function deleteSaga(services: ProvisioningServices): Saga {
  return defineSaga({
    kind: 'tenant.delete',
    parameters: tenantParameters,
    noRollback: 'A deletion is not rolled back; restore the tenant instead.',
    steps: [
      planStep(services, { presence: 'withdrawn' }),
      applyStep(services, { refresh: true }),
      verifyGoneStep(services),
    ],
    follow: followWithCondition(services.tenants),
  });
}
