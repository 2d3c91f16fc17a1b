import { defineSaga, type Saga } from '../operations/saga.js';
import { followWithCondition } from './change-tenant.sagas.js';
import { tenantParameters } from './parameters.js';
import type { ProvisioningServices } from './provisioning-services.js';
import { buryStep } from './steps/bury.step.js';
import { destroyStep } from './steps/destroy.step.js';
import { eraseStep } from './steps/erase.step.js';
import { withdrawStep } from './steps/withdraw.step.js';

/** Erases a tenant. The order keeps anybody from writing behind the eraser: objects, workload, prefix out of use, rows, names. */
export function purgeTenantSaga(services: ProvisioningServices): Saga {
  return defineSaga({
    kind: 'tenant.purge',
    parameters: tenantParameters,
    noRollback: 'What is erased cannot be brought back; resume the erasure instead.',
    steps: [withdrawStep(services), destroyStep(services), eraseStep(services), buryStep(services)],
    follow: followWithCondition(services),
  });
}
