import { Module } from '@nestjs/common';
import { TenantsModule } from '../tenants/tenants.module.js';
import { BrandingAssetsController } from './assets.controller.js';
import { BrandingController } from './branding.controller.js';
import { BrandingModule } from './branding.module.js';
import { BrandingDraftController } from './drafts.controller.js';

/** The routes of branding, which know tenants by slug as well as by id. */
@Module({
  imports: [BrandingModule, TenantsModule],
  controllers: [BrandingController, BrandingDraftController, BrandingAssetsController],
})
export class BrandingRoutesModule {}
