import type { JsonObject } from '../platform/json.js';
import { matchesTypeSql } from '../events/event-types.js';
import { newId } from '../platform/ids.js';
import { row, rows, type Tx } from '../platform/unit-of-work.js';
import { messageOf, type ToldEvent, type WebhookFormat } from './message.js';

/** A delivery that this worker sends now, with what it needs of its endpoint. */
export interface Claimed {
  readonly id: string;
  readonly webhook_id: string;
  readonly tenant_id: string | null;
  readonly message_id: string;
  readonly type: string;
  readonly payload: JsonObject;
  readonly format: WebhookFormat;
  /** Counted before the attempt, so that a crash counts too; with the id it fences what is written afterwards. */
  readonly attempts: number;
  readonly url: string;
  readonly secret: Buffer;
  readonly secret_key_id: string;
  readonly previous_secret: Buffer | null;
  readonly previous_secret_key_id: string | null;
  /** The trace that its event's operation was asked for in. */
  readonly traceparent: string | null;
}

export interface ClaimTerms {
  /** How long an attempt may take before another worker may try, in milliseconds. */
  readonly leaseMs: number;
  readonly mostPerEndpoint: number;
}

/** An event, and a webhook that wants it; without one nobody does. */
interface Wanted {
  readonly webhook_id: string | null;
  readonly format: WebhookFormat | null;
  readonly id: string;
  readonly type: string;
  readonly at: Date;
  readonly tenant_id: string | null;
  readonly operation_id: string | null;
  readonly data: JsonObject;
  readonly position: string;
  readonly seen: number;
}

export interface Outcome {
  readonly state: 'pending' | 'succeeded' | 'failed';
  /** Until the next attempt, in milliseconds. */
  readonly afterMs?: number;
  readonly status?: number;
  readonly error?: string;
}

/** The worker's side of deliveries. Times are the database's. */
export class DeliveryLedger {
  /**
   * Makes deliveries of the events that came after the cursor, and moves it: in one transaction, so each event gives each
   * endpoint exactly one. @param source whose events they are, for formats that say it. @returns how many events were read;
   * undefined while another worker does this
   */
  async make(tx: Tx, limit: number, source: string): Promise<number | undefined> {
    const cursor = await row<{ position: string }>(
      tx,
      'select position from leasehold.webhook_cursor for update skip locked',
    );
    if (!cursor) return undefined;
    const wanted = await rows<Wanted>(
      tx,
      `with batch as (select * from leasehold.events where position > $1 order by position limit $2)
       select w.id as webhook_id, w.format, e.id, e.type, e.at, e.tenant_id, e.operation_id, e.data, e.position, (select count(*)::integer from batch) as seen
       from batch e left join leasehold.webhooks w on w.enabled and e.at >= w.created_at
         and (w.tenant_id is null or w.tenant_id = e.tenant_id) and ${matchesTypeSql('e.type', 'w.types')}
       order by e.position`,
      [cursor.position, limit],
    );
    const last = wanted.at(-1);
    if (!last) return 0;
    await this.#insert(tx, wanted, source);
    await rows(tx, 'update leasehold.webhook_cursor set position = $1', [last.position]);
    return last.seen;
  }

  async #insert(tx: Tx, wanted: readonly Wanted[], source: string): Promise<void> {
    const due = wanted.flatMap((each) => {
      const { webhook_id: webhookId, format } = each;
      if (webhookId === null || format === null) return [];
      const payload = JSON.stringify(messageOf(told(each), format, source));
      return [{ webhookId, format, eventId: each.id, type: each.type, payload }];
    });
    await rows(
      tx,
      `insert into leasehold.webhook_deliveries (id, webhook_id, tenant_id, message_id, type, cause, format, payload)
       select d.id, d.webhook_id, w.tenant_id, d.event_id, d.type, 'event', d.format, d.payload
       from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::jsonb[])
         as d (id, webhook_id, event_id, type, format, payload)
       join leasehold.webhooks w on w.id = d.webhook_id
       on conflict (webhook_id, message_id) where cause = 'event' do nothing`,
      [
        due.map(() => newId('whd')),
        due.map(({ webhookId }) => webhookId),
        due.map(({ eventId }) => eventId),
        due.map(({ type }) => type),
        due.map(({ format }) => format),
        due.map(({ payload }) => payload),
      ],
    );
  }

  /** Takes due deliveries, the longest due first, and no more than a few of one endpoint, so that a slow one holds up itself. */
  async claim(tx: Tx, most: number, { leaseMs, mostPerEndpoint }: ClaimTerms): Promise<Claimed[]> {
    return rows(
      tx,
      `with due as (
         select d.id from leasehold.webhooks w cross join lateral (
           select id, next_attempt_at from leasehold.webhook_deliveries
           where webhook_id = w.id and state = 'pending' and next_attempt_at <= clock_timestamp()
             and (leased_until is null or leased_until <= clock_timestamp())
           order by next_attempt_at
           limit greatest(0, $2 - (select count(*) from leasehold.webhook_deliveries busy
             where busy.webhook_id = w.id and busy.state = 'pending' and busy.leased_until > clock_timestamp()))
           for update skip locked) d
         where w.enabled order by d.next_attempt_at limit $1)
       update leasehold.webhook_deliveries d set attempts = d.attempts + 1,
         leased_until = clock_timestamp() + $3 * interval '1 millisecond'
       from due, leasehold.webhooks w where d.id = due.id and w.id = d.webhook_id
       returning d.id, d.webhook_id, d.tenant_id, d.message_id, d.type, d.payload, d.format, d.attempts, w.url, w.secret,
         w.secret_key_id, case when w.previous_secret_until > clock_timestamp() then w.previous_secret end as previous_secret,
         w.previous_secret_key_id,
         (select o.traceparent from leasehold.operations o where o.id = coalesce(d.payload ->> 'operationId', d.payload ->> 'operationid')) as traceparent`,
      [most, mostPerEndpoint, leaseMs],
    );
  }

  /** Writes down what came of an attempt; false when another worker has tried since: then nothing is written. */
  async conclude(tx: Tx, { id, attempts }: Claimed, outcome: Outcome): Promise<boolean> {
    const written = await rows(
      tx,
      `update leasehold.webhook_deliveries set state = $3, leased_until = null, last_status = $5, last_error = $6,
         next_attempt_at = clock_timestamp() + $4 * interval '1 millisecond',
         ended_at = case when $3 = 'pending' then null else clock_timestamp() end
       where id = $1 and attempts = $2 and state = 'pending' returning 1`,
      [id, attempts, outcome.state, outcome.afterMs ?? 0, outcome.status ?? null, outcome.error ?? null],
    );
    return written.length > 0;
  }

  async noteSuccess(tx: Tx, webhookId: string): Promise<void> {
    await rows(
      tx,
      'update leasehold.webhooks set failing_since = null, last_success_at = clock_timestamp() where id = $1',
      [webhookId],
    );
  }

  /** @returns for how long nothing but failures has come back, in milliseconds */
  async noteFailure(tx: Tx, webhookId: string): Promise<number> {
    const found = await row<{ failing_ms: number }>(
      tx,
      `update leasehold.webhooks set failing_since = coalesce(failing_since, clock_timestamp()) where id = $1
       returning (extract(epoch from clock_timestamp() - failing_since) * 1000)::double precision as failing_ms`,
      [webhookId],
    );
    return found?.failing_ms ?? 0;
  }

  /** Ends an endpoint and drops what waits for it; false when it was disabled already. */
  async disable(tx: Tx, webhookId: string, reason: string): Promise<boolean> {
    const sql = `update leasehold.webhooks set enabled = false, disabled_reason = $2 where id = $1 and enabled returning 1`;
    if ((await rows(tx, sql, [webhookId, reason])).length === 0) return false;
    await rows(
      tx,
      `update leasehold.webhook_deliveries set state = 'discarded', leased_until = null, ended_at = clock_timestamp(),
         last_error = coalesce(last_error, 'The webhook was disabled.')
       where webhook_id = $1 and state = 'pending'`,
      [webhookId],
    );
    return true;
  }

  /** Removes deliveries that ended so many days ago. @returns how many, at most `limit` */
  async prune(tx: Tx, days: number, limit: number): Promise<number> {
    const removed = await rows(
      tx,
      `delete from leasehold.webhook_deliveries where id = any (array(select id from leasehold.webhook_deliveries
         where state <> 'pending' and ended_at < now() - $1 * interval '1 day' limit $2 for update skip locked)) returning 1`,
      [days, limit],
    );
    return removed.length;
  }
}

function told({ id, type, at, tenant_id, operation_id, data }: Wanted): ToldEvent {
  return { id, type, at, tenantId: tenant_id, operationId: operation_id, data };
}
