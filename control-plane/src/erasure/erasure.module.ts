import { join } from 'node:path';
import { Module } from '@nestjs/common';
import { SETTINGS, type ControlPlaneSettings } from '../platform/tokens.js';
import { LocalKeyEnvelope } from '../pulumi-service/secrets/local-key-envelope.js';
import { TenantsModule } from '../tenants/tenants.module.js';
import { CertificatesController } from './certificates.controller.js';
import { CertificatesService } from './certificates.service.js';
import { ErasureSigner } from './erasure-signer.js';

/** Certificates of erasure; README.md. */
@Module({
  imports: [TenantsModule],
  controllers: [CertificatesController],
  providers: [
    {
      provide: ErasureSigner,
      useFactory: async ({ LEASEHOLD_DATA_DIR }: ControlPlaneSettings): Promise<ErasureSigner> =>
        new ErasureSigner(await LocalKeyEnvelope.open(join(LEASEHOLD_DATA_DIR, 'secrets', 'erasure.key'))),
      inject: [SETTINGS],
    },
    CertificatesService,
  ],
  exports: [CertificatesService],
})
export class ErasureModule {}
