import type { JsonObject } from '../platform/json.js';
import type { ListRequest } from '../platform/lists/list.js';
import type { Page } from '../platform/lists/page.js';
import { onlyRow, row, type Tx } from '../platform/unit-of-work.js';
import type { WebhookFormat } from './message.js';
import type { DeliveryView } from './webhook.schema.js';

export interface DeliveryRow {
  readonly id: string;
  readonly webhook_id: string;
  readonly tenant_id: string | null;
  readonly message_id: string;
  readonly type: string;
  readonly payload: JsonObject;
  readonly format: WebhookFormat;
  readonly cause: DeliveryView['cause'];
  readonly state: DeliveryView['state'];
  readonly attempts: number;
  readonly next_attempt_at: Date;
  readonly last_status: number | null;
  readonly last_error: string | null;
  readonly created_at: Date;
  readonly ended_at: Date | null;
}

export interface NewDelivery {
  readonly id: string;
  readonly webhookId: string;
  readonly tenantId: string | null;
  readonly messageId: string;
  readonly type: string;
  readonly payload: JsonObject;
  readonly format: WebhookFormat;
  readonly cause: 'test' | 'replay';
}

const columns = `id, webhook_id, tenant_id, message_id, type, payload, format, cause, state, attempts, next_attempt_at, last_status,
  last_error, created_at, ended_at`;

/** What callers do with deliveries. */
export class DeliveriesRepository {
  async insert(tx: Tx, delivery: NewDelivery): Promise<DeliveryRow> {
    const { id, webhookId, tenantId, messageId, type, payload, cause, format } = delivery;
    return onlyRow(
      tx,
      `insert into leasehold.webhook_deliveries (id, webhook_id, tenant_id, message_id, type, payload, cause, format)
       values ($1, $2, $3, $4, $5, $6, $7, $8) returning ${columns}`,
      [id, webhookId, tenantId, messageId, type, JSON.stringify(payload), cause, format],
    );
  }

  async find(tx: Tx, webhookId: string, id: string): Promise<DeliveryRow | undefined> {
    const sql = `select ${columns} from leasehold.webhook_deliveries where webhook_id = $1 and id = $2`;
    return row(tx, sql, [webhookId, id]);
  }

  /** @param state those in it alone */
  async page(
    tx: Tx,
    webhookId: string,
    state: DeliveryView['state'] | undefined,
    request: ListRequest,
  ): Promise<Page<DeliveryRow>> {
    return request.page(tx, {
      sql: `select ${columns} from leasehold.webhook_deliveries
        where webhook_id = $1 and ($2::text is null or state = $2)`,
      parameters: [webhookId, state ?? null],
    });
  }
}
