import { Module } from '@nestjs/common';
import { IssuersModule } from '../issuers/issuers.module.js';
import { TenantsModule } from '../tenants/tenants.module.js';
import { CallerKeysController } from './caller-keys.controller.js';
import { CallerKeysService } from './caller-keys.service.js';

/** API keys for those who call a client's product. */
@Module({
  imports: [IssuersModule, TenantsModule],
  controllers: [CallerKeysController],
  providers: [CallerKeysService],
})
export class CallerKeysModule {}
