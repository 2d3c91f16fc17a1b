import type { MigrationInterface } from 'typeorm';
import { ControlCore1790000001000 } from './1790000001000-control-core.js';
import { Operations1790000001500 } from './1790000001500-operations.js';
import { RowLevelSecurity1790000001900 } from './1790000001900-row-level-security.js';
import { PulumiState1790000002000 } from './1790000002000-pulumi-state.js';
import { TwinInventory1790000003000 } from './1790000003000-twin-inventory.js';
import { TenantLife1790000004000 } from './1790000004000-tenant-life.js';
import { Branding1790000004100 } from './1790000004100-branding.js';
import { Lists1790000004200 } from './1790000004200-lists.js';
import { TwinFaults1790000004300 } from './1790000004300-twin-faults.js';
import { AuditTrail1790000004400 } from './1790000004400-audit-trail.js';
import { Webhooks1790000004410 } from './1790000004410-webhooks.js';
import { OperationTrace1790000004420 } from './1790000004420-operation-trace.js';
import { WebhooksEnd1790000004430 } from './1790000004430-webhooks-end.js';
import { SuspendedTenants1790000005000 } from './1790000005000-suspended-tenants.js';
import { LeftPictures1790000005100 } from './1790000005100-left-pictures.js';
import { MeteringUnits1790000006100 } from './1790000006100-metering-units.js';
import { OwnExports1790000006120 } from './1790000006120-own-exports.js';
import { UsageRecords1790000006110 } from './1790000006110-usage-records.js';
import { Metering1790000005500 } from './1790000005500-metering.js';
import { Archives1790000005400 } from './1790000005400-archives.js';
import { TenantIdentity1790000005300 } from './1790000005300-tenant-identity.js';
import { ErasureCertificates1790000006010 } from './1790000006010-erasure-certificates.js';
import { Moves1790000006000 } from './1790000006000-moves.js';
import { PlanShares1790000006300 } from './1790000006300-plan-shares.js';
import { UsageByCell1790000006400 } from './1790000006400-usage-by-cell.js';
import { MovingTenants1790000006410 } from './1790000006410-moving-tenants.js';

/** Every migration, oldest first. A migration that has been released is never changed: the next one mends it. */
export const postgresMigrations: (new () => MigrationInterface)[] = [
  ControlCore1790000001000,
  Operations1790000001500,
  RowLevelSecurity1790000001900,
  PulumiState1790000002000,
  TwinInventory1790000003000,
  TenantLife1790000004000,
  Branding1790000004100,
  Lists1790000004200,
  TwinFaults1790000004300,
  AuditTrail1790000004400,
  Webhooks1790000004410,
  OperationTrace1790000004420,
  WebhooksEnd1790000004430,
  SuspendedTenants1790000005000,
  LeftPictures1790000005100,
  TenantIdentity1790000005300,
  Archives1790000005400,
  Metering1790000005500,
  Moves1790000006000,
  ErasureCertificates1790000006010,
  MeteringUnits1790000006100,
  UsageRecords1790000006110,
  OwnExports1790000006120,
  PlanShares1790000006300,
  UsageByCell1790000006400,
  MovingTenants1790000006410,
];
