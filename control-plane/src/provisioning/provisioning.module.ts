import { join } from 'node:path';
import { Inject, Injectable, Module, type OnModuleInit } from '@nestjs/common';
import { ensureTool } from '@leasehold/toolchain';
import { ArchiveJobs } from '../archives/archive-jobs.js';
import { MoveJobs } from '../archives/move-jobs.js';
import { ArchivesModule } from '../archives/archives.module.js';
import { BrandingModule } from '../branding/branding.module.js';
import { BrandingService } from '../branding/branding.service.js';
import { CatalogModule } from '../catalog/catalog.module.js';
import { CatalogService } from '../catalog/catalog.service.js';
import { CellsModule } from '../cells/cells.module.js';
import { CellsService } from '../cells/cells.service.js';
import { CertificatesService } from '../erasure/certificates.service.js';
import { ErasureModule } from '../erasure/erasure.module.js';
import { OperationsModule } from '../operations/operations.module.js';
import { SagaRegistry } from '../operations/saga.js';
import { SETTINGS, type ControlPlaneSettings } from '../platform/tokens.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { StackRunnerModule } from '../stack-runner/stack-runner.module.js';
import { StackRunner } from '../stack-runner/stack-runner.js';
import { TARGETS, type Targets } from '../targets/target.js';
import { TenantsModule } from '../tenants/tenants.module.js';
import { TenantsService } from '../tenants/tenants.service.js';
import { ChartRenderer } from './chart-renderer.js';
import { provisioningSagas } from './provisioning-sagas.js';
import { TenantFactsReader } from './tenant-facts.js';
import { telemetryOf } from './workload-telemetry.js';

/** Brings the sagas to the engine, which knows none by itself, before its worker begins. */
@Injectable()
class Provisioning implements OnModuleInit {
  constructor(
    @Inject(SagaRegistry) private readonly registry: SagaRegistry,
    @Inject(UnitOfWork) private readonly uow: UnitOfWork,
    @Inject(TenantsService) private readonly tenants: TenantsService,
    @Inject(CellsService) private readonly cells: CellsService,
    @Inject(CatalogService) private readonly catalog: CatalogService,
    @Inject(BrandingService) private readonly branding: BrandingService,
    @Inject(ArchiveJobs) private readonly archives: ArchiveJobs,
    @Inject(CertificatesService) private readonly certificates: CertificatesService,
    @Inject(StackRunner) private readonly stacks: StackRunner,
    @Inject(TARGETS) private readonly targets: Targets,
    @Inject(SETTINGS) private readonly settings: ControlPlaneSettings,
  ) {}

  onModuleInit(): void {
    const { uow, tenants, cells, branding, archives, certificates, stacks, targets, catalog, settings } =
      this;
    const facts = new TenantFactsReader(uow, tenants, catalog, cells, telemetryOf(settings));
    const charts = new ChartRenderer(
      onceFound(() => ensureTool('helm', { toolsDir: settings.LEASEHOLD_TOOLS_DIR })),
      join(settings.LEASEHOLD_CHARTS_DIR, 'tenant-app'),
    );
    this.registry.register(
      ...provisioningSagas({
        uow,
        tenants,
        cells,
        branding,
        archives,
        moves: new MoveJobs(uow, cells, targets),
        certificates,
        stacks,
        targets,
        facts,
        catalog,
        charts,
        holdingPageImage: join(settings.LEASEHOLD_TEMPLATES_DIR, 'holding-page/dist/page-image'),
      }),
    );
  }
}

/** Looks for a tool when it is first needed, and again only when it was not found. */
function onceFound(find: () => Promise<{ readonly path: string }>): () => Promise<string> {
  let found: Promise<{ readonly path: string }> | undefined;
  return async () => {
    found ??= find();
    try {
      return (await found).path;
    } catch (error) {
      found = undefined;
      throw error;
    }
  };
}

/**
 * What the operations on tenants and cells do, step by step: the one room that knows all the others. A saga's file is its
 * list of steps; each step has a file of its own, with its undo.
 */
@Module({
  imports: [
    OperationsModule,
    TenantsModule,
    CellsModule,
    CatalogModule,
    BrandingModule,
    ArchivesModule,
    ErasureModule,
    StackRunnerModule,
  ],
  providers: [Provisioning],
})
export class ProvisioningModule {}
