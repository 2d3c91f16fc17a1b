import { Module } from '@nestjs/common';
import { IssuersModule } from '../issuers/issuers.module.js';
import { TenantsModule } from '../tenants/tenants.module.js';
import { MembersController } from './members.controller.js';
import { MembersService } from './members.service.js';
import { TokensController } from './tokens.controller.js';

/** Whom a client's product knows, and the tokens that they get. */
@Module({
  imports: [IssuersModule, TenantsModule],
  controllers: [MembersController, TokensController],
  providers: [MembersService],
})
export class MembersModule {}
