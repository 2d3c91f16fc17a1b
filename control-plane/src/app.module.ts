import { Module, type DynamicModule } from '@nestjs/common';
import { APP_FILTER, APP_INTERCEPTOR, APP_PIPE } from '@nestjs/core';
import { AccessModule } from './access/access.module.js';
import { AuditModule } from './audit/audit.module.js';
import { EventsModule } from './events/events.module.js';
import { IdempotencyModule } from './idempotency/idempotency.module.js';
import { ReplyInterceptor } from './idempotency/reply.interceptor.js';
import { ProblemFilter } from './platform/http/problem.filter.js';
import { SchemaPipe } from './platform/http/schema.pipe.js';
import { PlatformModule, type Ground } from './platform/platform.module.js';

/** The program: every capability is a module of its own. */
@Module({})
export class AppModule {
  static on(ground: Ground): DynamicModule {
    return {
      module: AppModule,
      imports: [PlatformModule.on(ground), EventsModule, AuditModule, IdempotencyModule, AccessModule],
      providers: [
        { provide: APP_FILTER, useClass: ProblemFilter },
        { provide: APP_PIPE, useClass: SchemaPipe },
        { provide: APP_INTERCEPTOR, useClass: ReplyInterceptor },
      ],
    };
  }
}
