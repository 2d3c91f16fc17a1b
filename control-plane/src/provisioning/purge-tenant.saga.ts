import { defineSaga, type Saga } from '../operations/saga.js';
import { tenantParameters } from './parameters.js';
import type { ProvisioningServices } from './provisioning-services.js';
import { buryStep } from './steps/bury.step.js';
import { destroyStep } from './steps/destroy.step.js';
import { countBeforeStep, eraseStep, erasure } from './steps/erase.step.js';
import { degraded } from './tenant-conditions.js';
import { withdrawStep } from './steps/withdraw.step.js';

/** Erases a tenant. The order keeps anybody from writing behind the eraser: objects, workload, prefix out of use, rows, names. */
export function purgeTenantSaga(services: ProvisioningServices): Saga {
  return defineSaga({
    kind: 'tenant.purge',
    parameters: tenantParameters,
    noRollback: 'What is erased cannot be brought back; resume the erasure instead.',
    steps: [
      withdrawStep(services),
      destroyStep(services),
      countBeforeStep(services),
      eraseStep(services),
      buryStep(services),
    ],
    result: (work) => ({ erasure: erasure(work) }),
    follow: async (tx, { parameters: { tenantId } }, { to, failure }) => {
      if (to !== 'failed' && to !== 'cancelled') return;
      await services.tenants.setCondition(tx, tenantId, degraded(to, failure));
    },
  });
}
