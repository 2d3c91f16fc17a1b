import { defineSaga, type Saga, type SagaStep } from '../operations/saga.js';
import { appliedResult } from './certificate-records.js';
import { moveParameters, type MoveParameters } from './parameters.js';
import type { ProvisioningServices } from './provisioning-services.js';
import { applyStep } from './steps/apply.step.js';
import { compareRowsStep, writeRowsStep } from './steps/move/carry-rows.step.js';
import { eraseLeftStep, erasedThere } from './steps/move/erase-left.step.js';
import { leaveStep } from './steps/move/leave.step.js';
import { moveArchivesStep } from './steps/move/move-archives.step.js';
import { planThereStep } from './steps/move/plan-there.step.js';
import { restStep } from './steps/move/rest.step.js';
import { switchStep } from './steps/move/switch.step.js';
import { verifyThereStep } from './steps/move/verify-there.step.js';
import { publishStep } from './steps/publish.step.js';
import { holdRowsStep } from './steps/write-back.step.js';
import { copyRowsStep, sealArchiveStep, sealedArchive } from './steps/write-archive.step.js';
import { targetCall } from './target-call.js';
import { degraded, sound } from './tenant-conditions.js';

/**
 * Brings a tenant to another cell. Up to `switch` everything of it is where it was, and a failure brings its workload back there; from
 * then on it lives in the new cell and the operation goes forwards alone. Its names answer with the holding page meanwhile, and with
 * nothing between `leave` and `apply`, since a record in DNS belongs to one stack at a time.
 */
export function moveTenantSaga(services: ProvisioningServices): Saga {
  const { tenants, archives } = services;
  const archiveOf = ({ archiveId }: MoveParameters): string => archiveId;
  return defineSaga({
    kind: 'tenant.move',
    parameters: moveParameters,
    mustEnd: true,
    steps: [
      planThereStep(services),
      restStep(services),
      { ...holdRowsStep<MoveParameters>(services, true), ...freeAgain(services) },
      { ...copyRowsStep<MoveParameters>(services, archiveOf), ...discarded(services) },
      sealArchiveStep<MoveParameters>(services, archiveOf),
      writeRowsStep(services),
      compareRowsStep(services),
      switchStep(services),
      leaveStep(services),
      applyStep<MoveParameters>(services, { refresh: true }),
      publishStep<MoveParameters>(services),
      verifyThereStep(services),
      moveArchivesStep(services),
      eraseLeftStep(services),
    ],
    result: (work) => ({
      cell: work.parameters.to,
      archive: { id: work.parameters.archiveId, ...sealedArchive(work) },
      erasure: erasedThere(work),
      ...appliedResult(work),
    }),
    follow: async (tx, { parameters: { tenantId, archiveId } }, { to, failure }) => {
      if (to === 'succeeded') await tenants.setCondition(tx, tenantId, sound);
      if (to === 'failed' || to === 'cancelled') {
        await archives.fail(tx, archiveId);
        await tenants.setCondition(tx, tenantId, degraded(to, failure));
      }
      if (to === 'rolling_back' && failure)
        await tenants.setCondition(tx, tenantId, degraded('failed', failure));
      if (to === 'rolled_back') await tenants.stayHere(tx, tenantId);
    },
  });
}

type Undos = Pick<SagaStep<MoveParameters>, 'undo' | 'recordUndo'>;

/** The pods of the old cell reach their rows again. */
function freeAgain({ tenants }: ProvisioningServices): Undos {
  return { recordUndo: (tx, { parameters: { tenantId } }) => tenants.hold(tx, tenantId, false) };
}

/** No copy of a tenant that stays is left in the cell that it did not come to. */
function discarded({ archives }: ProvisioningServices): Undos {
  return {
    undo: async ({ ctx, parameters: { tenantId, archiveId: id } }) => {
      await targetCall('remove the copy of the rows', () => archives.discard(ctx, { id, tenantId }));
    },
    recordUndo: (tx, { parameters: { archiveId } }) => archives.forgetOne(tx, archiveId),
  };
}
