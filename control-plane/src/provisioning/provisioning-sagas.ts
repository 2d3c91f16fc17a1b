import type { Saga } from '../operations/saga.js';
import { applyCellSaga } from './apply-cell.saga.js';
import { archiveSagas } from './archive.sagas.js';
import { changeTenantSagas } from './change-tenant.sagas.js';
import { createTenantSaga } from './create-tenant.saga.js';
import { moveTenantSaga } from './move-tenant.saga.js';
import type { ProvisioningServices } from './provisioning-services.js';
import { updateTenantSaga } from './update-tenant.saga.js';
import { previewTenantSaga } from './preview-tenant.saga.js';
import { purgeTenantSaga } from './purge-tenant.saga.js';

/** One saga for each kind of operation. */
export function provisioningSagas(services: ProvisioningServices): Saga[] {
  return [
    createTenantSaga(services),
    updateTenantSaga(services),
    ...changeTenantSagas(services),
    purgeTenantSaga(services),
    ...archiveSagas(services),
    moveTenantSaga(services),
    applyCellSaga(services),
    previewTenantSaga(services),
  ];
}
