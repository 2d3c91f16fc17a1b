import { Module } from '@nestjs/common';
import { AccessDatabase } from './access-database.js';
import { ApiKeysController } from './api-keys.controller.js';
import { ApiKeysService } from './api-keys.service.js';
import { ApiKeyAuthenticator } from './authenticator.service.js';
import { FirstKeyService } from './first-key.service.js';
import { WhoamiController } from './whoami.controller.js';

/** API keys and what they allow. */
@Module({
  controllers: [ApiKeysController, WhoamiController],
  providers: [AccessDatabase, ApiKeyAuthenticator, ApiKeysService, FirstKeyService],
  exports: [ApiKeyAuthenticator, ApiKeysService, FirstKeyService],
})
export class AccessModule {}
