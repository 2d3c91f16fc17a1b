import { Inject, Injectable } from '@nestjs/common';
import { AuditService } from '../audit/audit.service.js';
import { AppError } from '../platform/app-error.js';
import { newId } from '../platform/ids.js';
import { mapPage, type ListRequest } from '../platform/lists/list.js';
import type { Page } from '../platform/lists/page.js';
import { publicUrl } from '../platform/public-url.js';
import type { Ctx } from '../platform/request-context.js';
import { SETTINGS, type ControlPlaneSettings } from '../platform/tokens.js';
import { UnitOfWork, type Tx } from '../platform/unit-of-work.js';
import { DeliveriesRepository, type NewDelivery } from './deliveries.repository.js';
import { messageOf } from './message.js';
import { showDelivery } from './webhook-view.js';
import type { DeliveryView } from './webhook.schema.js';
import { WebhooksService } from './webhooks.service.js';
import type { WebhookRow } from './webhooks.repository.js';

/** What was sent to a webhook, and sending on request. */
@Injectable()
export class DeliveriesService {
  readonly #repository = new DeliveriesRepository();

  constructor(
    private readonly uow: UnitOfWork,
    private readonly webhooks: WebhooksService,
    private readonly audit: AuditService,
    @Inject(SETTINGS) private readonly settings: ControlPlaneSettings,
  ) {}

  async list(
    ctx: Ctx,
    webhookId: string,
    state: DeliveryView['state'] | undefined,
    request: ListRequest,
  ): Promise<Page<DeliveryView>> {
    return this.uow.run(ctx, async (tx) => {
      const { id } = await this.webhooks.require(tx, webhookId);
      return mapPage(await this.#repository.page(tx, id, state, request), showDelivery);
    });
  }

  /** Sends a message of type `webhook.test`. */
  async test(ctx: Ctx, tx: Tx, webhookId: string, at: Date): Promise<DeliveryView> {
    const webhook = await this.#requireEnabled(tx, webhookId);
    const messageId = newId('evt');
    const { format } = webhook;
    const event = { id: messageId, type: 'webhook.test', at, tenantId: webhook.tenant_id, operationId: null };
    const payload = messageOf({ ...event, data: { webhookId } }, format, publicUrl(this.settings));
    return this.#add(ctx, tx, webhook, { messageId, type: event.type, payload, format, cause: 'test' });
  }

  /** Sends an earlier message again, under its own id: a receiver that has seen it can tell. */
  async replay(ctx: Ctx, tx: Tx, webhookId: string, deliveryId: string): Promise<DeliveryView> {
    const webhook = await this.#requireEnabled(tx, webhookId);
    const earlier = await this.#repository.find(tx, webhook.id, deliveryId);
    if (!earlier) {
      throw new AppError('not_found', 'delivery_not_found', {
        publicMessage: `The webhook has no delivery ${deliveryId}.`,
      });
    }
    const { message_id: messageId, type, payload, format } = earlier;
    return this.#add(ctx, tx, webhook, { messageId, type, payload, format, cause: 'replay' });
  }

  async #add(
    ctx: Ctx,
    tx: Tx,
    { id: webhookId, tenant_id: tenantId }: WebhookRow,
    what: Pick<NewDelivery, 'messageId' | 'type' | 'payload' | 'format' | 'cause'>,
  ): Promise<DeliveryView> {
    const made = await this.#repository.insert(tx, { id: newId('whd'), webhookId, tenantId, ...what });
    const detail = { deliveryId: made.id, messageId: what.messageId };
    await this.audit.record(ctx, tx, {
      action: `webhook.${what.cause}`,
      subject: webhookId,
      tenantId,
      detail,
    });
    return showDelivery(made);
  }

  async #requireEnabled(tx: Tx, webhookId: string): Promise<WebhookRow> {
    const webhook = await this.webhooks.require(tx, webhookId);
    if (webhook.enabled) return webhook;
    throw new AppError('conflict', 'webhook_disabled', {
      publicMessage: 'The webhook is disabled; enable it before something is sent.',
      resource: webhook.id,
    });
  }
}
