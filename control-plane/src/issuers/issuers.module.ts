import { join } from 'node:path';
import { Module } from '@nestjs/common';
import { CellsModule } from '../cells/cells.module.js';
import { SETTINGS, type ControlPlaneSettings } from '../platform/tokens.js';
import { LocalKeyEnvelope } from '../pulumi-service/secrets/local-key-envelope.js';
import { TenantsModule } from '../tenants/tenants.module.js';
import { AccessPublication } from './access-publication.js';
import { AccessPublisher } from './access-publisher.js';
import { DiscoveryController } from './discovery.controller.js';
import { IssuerKeys } from './issuer-keys.js';
import { IssuerUpkeep } from './issuer-upkeep.js';
import { IssuersController } from './issuers.controller.js';
import { IssuersService } from './issuers.service.js';

/** Whose tokens the clients' products take; docs/identity.md. */
@Module({
  imports: [CellsModule, TenantsModule],
  controllers: [IssuersController, DiscoveryController],
  providers: [
    {
      provide: IssuerKeys,
      useFactory: async ({ LEASEHOLD_DATA_DIR }: ControlPlaneSettings): Promise<IssuerKeys> =>
        new IssuerKeys(await LocalKeyEnvelope.open(join(LEASEHOLD_DATA_DIR, 'secrets', 'issuers.key'))),
      inject: [SETTINGS],
    },
    IssuersService,
    AccessPublication,
    IssuerUpkeep,
    AccessPublisher,
  ],
  exports: [IssuersService],
})
export class IssuersModule {}
