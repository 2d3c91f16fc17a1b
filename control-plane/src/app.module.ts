import { Module, type DynamicModule } from '@nestjs/common';
import { APP_FILTER, APP_INTERCEPTOR, APP_PIPE } from '@nestjs/core';
import { AccessModule } from './access/access.module.js';
import { ArchivesModule } from './archives/archives.module.js';
import { AuditModule } from './audit/audit.module.js';
import { BrandingModule } from './branding/branding.module.js';
import { BrandingRoutesModule } from './branding/branding-routes.module.js';
import { CallerKeysModule } from './caller-keys/caller-keys.module.js';
import { CatalogModule } from './catalog/catalog.module.js';
import { CellsModule } from './cells/cells.module.js';
import { EventsModule } from './events/events.module.js';
import { IdempotencyModule } from './idempotency/idempotency.module.js';
import { HealthModule } from './health/health.module.js';
import { ReplyInterceptor } from './idempotency/reply.interceptor.js';
import { declaredRoutes } from './openapi/declared-routes.js';
import { openApiDocument } from './openapi/openapi-document.js';
import { MeteringModule } from './metering/metering.module.js';
import { OpenApiModule } from './openapi/openapi.module.js';
import { ErasureModule } from './erasure/erasure.module.js';
import { IssuersModule } from './issuers/issuers.module.js';
import { MembersModule } from './members/members.module.js';
import { OperationsModule } from './operations/operations.module.js';
import type { DeclaredRoute } from './platform/http/route.decorator.js';
import { ProblemFilter } from './platform/http/problem.filter.js';
import { SchemaPipe } from './platform/http/schema.pipe.js';
import { PlatformModule, type Ground } from './platform/platform.module.js';
import { ProvisioningModule } from './provisioning/provisioning.module.js';
import { SeedsModule } from './seeds/seeds.module.js';
import { TargetsModule } from './targets/targets.module.js';
import { TenantsModule } from './tenants/tenants.module.js';
import { TwinModule } from './twin/twin.module.js';
import { WebhooksModule } from './webhooks/webhooks.module.js';

/** Every capability is a module of its own; together they are the API. */
const capabilities = [
  TargetsModule,
  EventsModule,
  WebhooksModule,
  AuditModule,
  IdempotencyModule,
  AccessModule,
  CatalogModule,
  CellsModule,
  BrandingModule,
  OperationsModule,
  TenantsModule,
  BrandingRoutesModule,
  IssuersModule,
  ErasureModule,
  MembersModule,
  CallerKeysModule,
  ArchivesModule,
  MeteringModule,
  ProvisioningModule,
  TwinModule,
  SeedsModule,
  HealthModule,
  OpenApiModule,
];

/** Every route of the program, as its controllers declare it. */
export function apiRoutes(): DeclaredRoute[] {
  return declaredRoutes(capabilities);
}

/** The OpenAPI document of the whole program. */
export function apiDocument(): unknown {
  return openApiDocument(apiRoutes());
}

@Module({})
export class AppModule {
  static on(ground: Ground): DynamicModule {
    return {
      module: AppModule,
      imports: [PlatformModule.on({ ...ground, apiDocument }), ...capabilities],
      providers: [
        { provide: APP_FILTER, useClass: ProblemFilter },
        { provide: APP_PIPE, useClass: SchemaPipe },
        { provide: APP_INTERCEPTOR, useClass: ReplyInterceptor },
      ],
    };
  }
}
