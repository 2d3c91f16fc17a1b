import { Module } from '@nestjs/common';
import { BrandingModule } from '../branding/branding.module.js';
import { CatalogModule } from '../catalog/catalog.module.js';
import { CellsModule } from '../cells/cells.module.js';
import { OperationsModule } from '../operations/operations.module.js';
import { BatchController } from './batch/batch.controller.js';
import { BatchService } from './batch/batch.service.js';
import { ExistingTenants } from './batch/existing-tenants.js';
import { ExpiryService } from './expiry/expiry.service.js';
import { ExpiryWorker } from './expiry/expiry.worker.js';
import { TenantPreview } from './tenant-preview.js';
import { Onboarding } from './onboarding.js';
import { StackRunnerModule } from '../stack-runner/stack-runner.module.js';
import { TenantResourcesController } from './resources.controller.js';
import { RowMigrationsController } from './row-migrations.controller.js';
import { TenantChanges } from './tenant-changes.js';
import { TenantLifeController } from './tenant-life.controller.js';
import { TenantsController } from './tenants.controller.js';
import { TenantsService } from './tenants.service.js';
import { TenantTimelineController } from './timeline.controller.js';

/** The clients: onboarding, looking them up, and what changes their life. */
@Module({
  imports: [OperationsModule, CatalogModule, CellsModule, BrandingModule, StackRunnerModule],
  controllers: [
    BatchController,
    TenantsController,
    TenantLifeController,
    TenantResourcesController,
    RowMigrationsController,
    TenantTimelineController,
  ],
  providers: [
    TenantsService,
    TenantChanges,
    ExpiryService,
    ExpiryWorker,
    Onboarding,
    BatchService,
    ExistingTenants,
    TenantPreview,
  ],
  exports: [TenantsService],
})
export class TenantsModule {}
