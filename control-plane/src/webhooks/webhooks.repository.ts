import type { ListRequest } from '../platform/lists/list.js';
import type { Page } from '../platform/lists/page.js';
import { onlyRow, row, rows, type Tx } from '../platform/unit-of-work.js';
import type { WebhookFormat } from './message.js';
import type { SealedSecret } from './webhook-secrets.js';

export interface WebhookRow {
  readonly id: string;
  readonly tenant_id: string | null;
  readonly url: string;
  readonly description: string;
  readonly types: string[];
  readonly format: WebhookFormat;
  readonly enabled: boolean;
  readonly disabled_reason: string | null;
  readonly failing_since: Date | null;
  readonly last_success_at: Date | null;
  readonly previous_secret_until: Date | null;
  readonly created_at: Date;
  readonly updated_at: Date;
}

export interface NewWebhook {
  readonly id: string;
  readonly tenantId: string | null;
  readonly url: string;
  readonly description: string;
  readonly types: readonly string[];
  readonly format: WebhookFormat;
  readonly secret: SealedSecret;
}

export interface WebhookSpec {
  readonly url: string;
  readonly description: string;
  readonly types: readonly string[];
  readonly format: WebhookFormat;
  readonly enabled: boolean;
}

const columns = `id, tenant_id, url, description, types, format, enabled, disabled_reason, failing_since, last_success_at,
  case when previous_secret_until > now() then previous_secret_until end as previous_secret_until, created_at, updated_at`;

/** What callers do with webhooks; a tenant's caller reaches its own alone (row-level security). */
export class WebhooksRepository {
  async insert(tx: Tx, webhook: NewWebhook): Promise<WebhookRow> {
    const { id, tenantId, url, description, types, secret, format } = webhook;
    return onlyRow(
      tx,
      `insert into leasehold.webhooks (id, tenant_id, url, description, types, secret, secret_key_id, format)
       values ($1, $2, $3, $4, $5, $6, $7, $8) returning ${columns}`,
      [id, tenantId, url, description, types, secret.sealed, secret.keyId, format],
    );
  }

  async find(tx: Tx, id: string): Promise<WebhookRow | undefined> {
    return row(tx, `select ${columns} from leasehold.webhooks where id = $1`, [id]);
  }

  /** The same, kept as it is until the transaction ends. */
  async lock(tx: Tx, id: string): Promise<WebhookRow | undefined> {
    return row(tx, `select ${columns} from leasehold.webhooks where id = $1 for update`, [id]);
  }

  async page(tx: Tx, tenantId: string | undefined, request: ListRequest): Promise<Page<WebhookRow>> {
    return request.page(tx, {
      sql: `select ${columns} from leasehold.webhooks where ($1::text is null or tenant_id = $1)`,
      parameters: [tenantId ?? null],
    });
  }

  async tenantLives(tx: Tx, tenantId: string): Promise<boolean> {
    const sql = `select 1 from leasehold.tenants where id = $1 and state <> 'deleted'`;
    return (await rows(tx, sql, [tenantId])).length > 0;
  }

  /** Enabling forgets why it was disabled and how long it had failed. */
  async replace(tx: Tx, id: string, spec: WebhookSpec): Promise<WebhookRow> {
    return onlyRow(
      tx,
      `update leasehold.webhooks set url = $2, description = $3, types = $4, enabled = $5,
         disabled_reason = case when $5 then null else coalesce(disabled_reason, 'Disabled on request.') end,
         failing_since = case when $5 and not enabled then null else failing_since end, format = $6, updated_at = now()
       where id = $1 returning ${columns}`,
      [id, spec.url, spec.description, spec.types, spec.enabled, spec.format],
    );
  }

  /** The secret until now stays valid beside the new one for so many hours. */
  async rotate(tx: Tx, id: string, secret: SealedSecret, overlapHours: number): Promise<WebhookRow> {
    return onlyRow(
      tx,
      `update leasehold.webhooks set previous_secret = secret, previous_secret_key_id = secret_key_id,
         previous_secret_until = now() + $4 * interval '1 hour', secret = $2, secret_key_id = $3, updated_at = now()
       where id = $1 returning ${columns}`,
      [id, secret.sealed, secret.keyId, overlapHours],
    );
  }

  async remove(tx: Tx, id: string): Promise<void> {
    await rows(tx, 'delete from leasehold.webhooks where id = $1', [id]);
  }
}
