import { defineSaga, type Saga } from '../operations/saga.js';
import { appliedResult } from './certificate-records.js';
import { tenantParameters } from './parameters.js';
import type { ProvisioningServices } from './provisioning-services.js';
import { activateStep } from './steps/activate.step.js';
import { applyStep } from './steps/apply.step.js';
import { placeStep } from './steps/place.step.js';
import { planStep } from './steps/plan.step.js';
import { publishStep } from './steps/publish.step.js';
import { reserveStep } from './steps/reserve.step.js';
import { verifyStep } from './steps/verify.step.js';
import { notReady } from './tenant-conditions.js';

/** From an accepted request to a page that answers. */
export function createTenantSaga(services: ProvisioningServices): Saga {
  const { tenants } = services;
  return defineSaga({
    kind: 'tenant.create',
    parameters: tenantParameters,
    steps: [
      placeStep(services),
      reserveStep(services),
      planStep(services, { presence: 'live' }),
      applyStep(services, { undoable: true }),
      publishStep(services, { undoable: true }),
      verifyStep(services),
      activateStep(services, 'activated'),
    ],
    result: appliedResult,
    follow: async (tx, { ctx, parameters: { tenantId } }, { to, failure }) => {
      if (to === 'queued') await tenants.transition(ctx, tx, tenantId, 'provision');
      if (to === 'failed' || to === 'cancelled') {
        await tenants.transition(ctx, tx, tenantId, 'create_failed');
        await tenants.setCondition(tx, tenantId, notReady(to, failure));
      }
      if (to === 'rolled_back') {
        // The names were taken with the request, so they go back even when no step had begun to use them.
        await tenants.release(tx, tenantId, 'revoked');
        await tenants.transition(ctx, tx, tenantId, 'rolled_back');
      }
    },
  });
}
