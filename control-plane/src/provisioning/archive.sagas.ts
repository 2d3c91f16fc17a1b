import { defineSaga, type Saga } from '../operations/saga.js';
import { archiveParameters, restoreParameters, type RestoreParameters } from './parameters.js';
import type { ProvisioningServices } from './provisioning-services.js';
import { copyRowsStep, sealArchiveStep, sealedArchive } from './steps/write-archive.step.js';
import {
  checkArchiveStep,
  countRowsStep,
  holdRowsStep,
  writeBackStep,
  writtenBack,
} from './steps/write-back.step.js';
import { degraded, sound } from './tenant-conditions.js';

/** Copies of a tenant's rows, and the way back. They hold the tenant's lease: nothing else changes it meanwhile. */
export function archiveSagas(services: ProvisioningServices): Saga[] {
  return [
    writeArchiveSaga(services, 'tenant.backup'),
    writeArchiveSaga(services, 'tenant.export'),
    restoreSaga(services),
  ];
}

function writeArchiveSaga(services: ProvisioningServices, kind: 'tenant.backup' | 'tenant.export'): Saga {
  return defineSaga({
    kind,
    parameters: archiveParameters,
    noRollback: 'A copy changes nothing that could be brought back; remove it instead.',
    steps: [
      copyRowsStep(services, ({ archiveId }) => archiveId),
      sealArchiveStep(services, ({ archiveId }) => archiveId),
    ],
    result: (work) => ({ archive: { id: work.parameters.archiveId, ...sealedArchive(work) } }),
    follow: async (tx, { parameters: { archiveId } }, { to }) => {
      if (to === 'failed' || to === 'cancelled') await services.archives.fail(tx, archiveId);
    },
  });
}

/**
 * The archive is read whole before anything is done, and no pod reaches the rows until all of them are back: a restore that fails leaves the
 * tenant without its rows rather than with half of them, until it is resumed or another one succeeds. What is there now is put aside first,
 * so that a restore from the wrong archive can be undone by another.
 */
function restoreSaga(services: ProvisioningServices): Saga {
  return defineSaga({
    kind: 'tenant.restore_data',
    parameters: restoreParameters,
    noRollback: 'A restore is undone by another: restore the safeguard that it has made.',
    steps: [
      checkArchiveStep(services),
      holdRowsStep<RestoreParameters>(services, true),
      copyRowsStep<RestoreParameters>(services, ({ safeguardId }) => safeguardId),
      sealArchiveStep<RestoreParameters>(services, ({ safeguardId }) => safeguardId),
      writeBackStep(services),
      countRowsStep(services),
      holdRowsStep<RestoreParameters>(services, false),
    ],
    result: (work) => ({ safeguard: work.parameters.safeguardId, ...writtenBack(work) }),
    follow: async (tx, { parameters: { tenantId, safeguardId } }, { to, failure }) => {
      if (to === 'succeeded') await services.tenants.setCondition(tx, tenantId, sound);
      if (to !== 'failed' && to !== 'cancelled') return;
      await services.archives.fail(tx, safeguardId);
      await services.tenants.setCondition(tx, tenantId, degraded(to, failure));
    },
  });
}
