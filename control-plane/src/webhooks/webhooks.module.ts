import { join } from 'node:path';
import { Module } from '@nestjs/common';
import { SETTINGS, type ControlPlaneSettings } from '../platform/tokens.js';
import { LocalKeyEnvelope } from '../pulumi-service/secrets/local-key-envelope.js';
import { DeliveriesController } from './deliveries.controller.js';
import { DeliveriesService } from './deliveries.service.js';
import { DeliveryAttempt } from './delivery-attempt.js';
import { DeliveryWorker } from './delivery-worker.js';
import { WebhookSecrets } from './webhook-secrets.js';
import { WebhooksController } from './webhooks.controller.js';
import { WebhooksService } from './webhooks.service.js';

/** Endpoints that are told of events; see README.md. */
@Module({
  controllers: [WebhooksController, DeliveriesController],
  providers: [
    {
      provide: WebhookSecrets,
      useFactory: async ({ LEASEHOLD_DATA_DIR }: ControlPlaneSettings): Promise<WebhookSecrets> =>
        new WebhookSecrets(await LocalKeyEnvelope.open(join(LEASEHOLD_DATA_DIR, 'secrets', 'webhooks.key'))),
      inject: [SETTINGS],
    },
    WebhooksService,
    DeliveriesService,
    DeliveryAttempt,
    DeliveryWorker,
  ],
})
export class WebhooksModule {}
