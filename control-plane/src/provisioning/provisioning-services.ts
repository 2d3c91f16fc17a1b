import type { UnitOfWork } from '../platform/unit-of-work.js';
import type { ArchiveJobs } from '../archives/archive-jobs.js';
import type { MoveJobs } from '../archives/move-jobs.js';
import type { BrandingService } from '../branding/branding.service.js';
import type { CatalogService } from '../catalog/catalog.service.js';
import type { CellsService } from '../cells/cells.service.js';
import type { CertificatesService } from '../erasure/certificates.service.js';
import type { StackRunner } from '../stack-runner/stack-runner.js';
import type { Targets } from '../targets/target.js';
import type { TenantsService } from '../tenants/tenants.service.js';
import type { ChartRenderer } from './chart-renderer.js';
import type { TenantFactsReader } from './tenant-facts.js';

/** The rooms whose services the steps call. */
export interface ProvisioningServices {
  readonly uow: UnitOfWork;
  readonly tenants: TenantsService;
  readonly cells: CellsService;
  readonly branding: Pick<BrandingService, 'publish' | 'withdraw' | 'carry' | 'forget'>;
  readonly archives: ArchiveJobs;
  readonly moves: MoveJobs;
  readonly certificates: Pick<CertificatesService, 'issue'>;
  readonly targets: Targets;
  readonly stacks: Pick<StackRunner, 'run' | 'removeStack' | 'ready'>;
  readonly charts: Pick<ChartRenderer, 'render'>;
  readonly facts: TenantFactsReader;
  readonly catalog: Pick<CatalogService, 'rateLimits' | 'keepBackupsDays'>;
  /** Folder of the image of the page that suspended clients show. */
  readonly holdingPageImage: string;
}
