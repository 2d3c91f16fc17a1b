import { defineSaga, type Saga, type SagaStep } from '../operations/saga.js';
import { appliedResult } from './certificate-records.js';
import { tenantParameters, type TenantParameters } from './parameters.js';
import type { ProvisioningServices } from './provisioning-services.js';
import { migrateStep } from './steps/migrate.step.js';
import { updateStep } from './steps/update.step.js';
import { planStep } from './steps/plan.step.js';
import { publishStep } from './steps/publish.step.js';
import { verifyRolloutStep } from './steps/verify-rollout.step.js';
import { verifyStep } from './steps/verify.step.js';
import { degraded, fellBack, sound } from './tenant-conditions.js';

/**
 * Brings a changed spec about. What ran before is the way back: a failed update puts it back by a run of its own, and the tenant
 * stays active with the condition Degraded, its spec as it was asked for.
 */
export function updateTenantSaga(services: ProvisioningServices): Saga {
  const { tenants } = services;
  return defineSaga({
    kind: 'tenant.update',
    parameters: tenantParameters,
    steps: [
      planStep(services, { presence: 'live', spec: 'wanted' }),
      migrateStep(services),
      updateStep(services),
      publishStep(services),
      verifyRolloutStep(services),
      verifyStep(services, { spec: 'wanted' }),
      settleStep(services),
    ],
    result: appliedResult,
    follow: async (tx, { parameters: { tenantId } }, { to, failure }) => {
      if (to === 'succeeded') await tenants.setCondition(tx, tenantId, sound);
      if (to === 'failed' || to === 'cancelled')
        await tenants.setCondition(tx, tenantId, degraded(to, failure));
      if (to === 'rolling_back' && failure)
        await tenants.setCondition(tx, tenantId, degraded('failed', failure));
      if (to === 'rolled_back') {
        const { conditions } = await tenants.require(tx, tenantId);
        await tenants.setCondition(tx, tenantId, fellBack(conditions));
      }
    },
  });
}

/** From here on the spec is what runs: the names that left it are free. */
function settleStep({ tenants }: ProvisioningServices): SagaStep<TenantParameters> {
  return {
    name: 'settle',
    record: async (tx, { parameters: { tenantId } }) => {
      await tenants.settle(tx, tenantId);
      return undefined;
    },
  };
}
