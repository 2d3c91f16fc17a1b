import { join } from 'node:path';
import { Inject, Injectable, Module, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance } from 'fastify';
import { AccessModule } from '../access/access.module.js';
import { ApiKeyAuthenticator } from '../access/authenticator.service.js';
import type { Databases } from '../platform/database.js';
import { DATABASES, SETTINGS, type ControlPlaneSettings } from '../platform/tokens.js';
import { KeyAccess } from './key-access.js';
import { pulumiApi } from './pulumi-api.plugin.js';
import { PulumiService } from './pulumi-service.js';
import { LocalKeyEnvelope } from './secrets/local-key-envelope.js';

/** Puts the state backend below `/api` of the public server, where stock CLIs log in; a worker has no public server. */
@Injectable()
class PublicRoutes implements OnModuleInit {
  constructor(
    @Inject(HttpAdapterHost) private readonly host: HttpAdapterHost,
    @Inject(SETTINGS) private readonly settings: ControlPlaneSettings,
    @Inject(PulumiService) private readonly service: PulumiService,
    @Inject(ApiKeyAuthenticator) private readonly keys: ApiKeyAuthenticator,
  ) {}

  /** Not awaited: that would boot the server before Nest has given it the handler of errors. */
  onModuleInit(): void {
    if (this.settings.LEASEHOLD_ROLE === 'worker') return;
    const server = this.host.httpAdapter.getInstance<FastifyInstance>();
    void server.register(pulumiApi(this.service, new KeyAccess(this.keys)), { prefix: '/api' });
  }
}

/** Pulumi's state in Postgres, for the control plane's own runs and for stock CLIs. */
@Module({
  imports: [AccessModule],
  providers: [
    {
      provide: PulumiService,
      useFactory: async (databases: Databases, settings: ControlPlaneSettings): Promise<PulumiService> => {
        const keyFile = join(settings.LEASEHOLD_DATA_DIR, 'secrets', 'state.key');
        return new PulumiService(databases.platform, await LocalKeyEnvelope.open(keyFile));
      },
      inject: [DATABASES, SETTINGS],
    },
    PublicRoutes,
  ],
  exports: [PulumiService],
})
export class PulumiServiceModule {}
