import type { Page } from '../platform/lists/page.js';
import { mapPage, type ListRequest } from '../platform/lists/list.js';
import { rows, type Tx } from '../platform/unit-of-work.js';
import { matchesType, matchesTypeSql } from './event-types.js';

/** An event as readers get it. */
export interface StreamedEvent {
  /** Its place in the stream: what `Last-Event-ID` holds. Grows, with gaps, in the order of the commits. */
  readonly position: number;
  readonly id: string;
  readonly type: string;
  readonly at: string;
  readonly tenantId: string | null;
  readonly operationId: string | null;
  readonly data: Readonly<Record<string, unknown>>;
}

export interface EventFilter {
  readonly tenantId?: string;
  readonly operationId?: string;
  /** Patterns of types, such as `tenant.*`; all when left out. */
  readonly types?: readonly string[];
}

interface EventRow {
  readonly position: string;
  readonly id: string;
  readonly type: string;
  readonly at: Date;
  readonly tenant_id: string | null;
  readonly operation_id: string | null;
  readonly data: Record<string, unknown>;
}

const columns = 'position, id, type, at, tenant_id, operation_id, data';

export class EventsRepository {
  /**
   * Gives positions to the events that have none yet. One transaction at a time does so, and the update takes its
   * snapshot after the lock: so positions become visible in their own order, whatever order the writers commit in.
   */
  async assignPositions(tx: Tx): Promise<void> {
    await rows(tx, 'select pg_advisory_xact_lock(7327011)');
    await rows(
      tx,
      `update leasehold.events e set position = due.position
       from (select sequence, nextval('leasehold.event_positions') as position
             from (select sequence from leasehold.events where position is null order by sequence) waiting) due
       where e.sequence = due.sequence`,
    );
  }

  /** Events after a position, oldest first. */
  async after(tx: Tx, position: number, filter: EventFilter, limit: number): Promise<StreamedEvent[]> {
    const found = await rows<EventRow>(
      tx,
      `select ${columns} from leasehold.events
       where position > $1 and ($2::text is null or tenant_id = $2) and ($3::text is null or operation_id = $3)
         and ($4::text[] is null or ${matchesTypeSql('type', '$4::text[]')})
       order by position limit $5`,
      [position, filter.tenantId ?? null, filter.operationId ?? null, filter.types ?? null, limit],
    );
    return found.map(toEvent);
  }

  /** Whether anything that passes the filter comes after a position, or is about to get one. */
  async hasAfter(tx: Tx, position: number, filter: EventFilter): Promise<boolean> {
    const found = await rows(
      tx,
      `select 1 from leasehold.events
       where (position > $1 or position is null) and ($2::text is null or tenant_id = $2) and ($3::text is null or operation_id = $3)
       limit 1`,
      [position, filter.tenantId ?? null, filter.operationId ?? null],
    );
    return found.length > 0;
  }

  /** A tenant's events that have a position. */
  async timeline(tx: Tx, tenantId: string, request: ListRequest): Promise<Page<StreamedEvent>> {
    const sql = `select ${columns} from leasehold.events where tenant_id = $1 and position is not null`;
    return mapPage(await request.page<EventRow>(tx, { sql, parameters: [tenantId] }), toEvent);
  }

  /** The newest position that was removed for its age; 0 while nothing was. */
  async prunedTo(tx: Tx): Promise<number> {
    const [found] = await rows<{ position: string }>(tx, 'select position from leasehold.event_pruning');
    return Number(found?.position ?? 0);
  }

  /**
   * Removes events older than so many days, the oldest first, and notes up to where; never one of which webhooks have not been
   * told. @returns how many, at most `limit`
   */
  async prune(tx: Tx, days: number, limit: number): Promise<number> {
    const removed = await rows<{ position: string }>(
      tx,
      `delete from leasehold.events where sequence = any (array(select sequence from leasehold.events
         where at < now() - $1 * interval '1 day' and position <= (select position from leasehold.webhook_cursor)
         order by position limit $2))
       returning position`,
      [days, limit],
    );
    const newest = Math.max(0, ...removed.map(({ position }) => Number(position)));
    await rows(tx, 'update leasehold.event_pruning set position = greatest(position, $1)', [newest]);
    return removed.length;
  }

  /** The newest position that anybody can see now; 0 before the first event. */
  async head(tx: Tx): Promise<number> {
    const found = await rows<{ head: string }>(
      tx,
      'select coalesce(max(position), 0) as head from leasehold.events',
    );
    return Number(found[0]?.head ?? 0);
  }
}

function toEvent(row: EventRow): StreamedEvent {
  return {
    position: Number(row.position),
    id: row.id,
    type: row.type,
    at: row.at.toISOString(),
    tenantId: row.tenant_id,
    operationId: row.operation_id,
    data: row.data,
  };
}

/** Whether an event passes a filter; the same rule as in SQL above. */
export function passes(event: StreamedEvent, filter: EventFilter): boolean {
  return (
    (filter.tenantId === undefined || event.tenantId === filter.tenantId) &&
    (filter.operationId === undefined || event.operationId === filter.operationId) &&
    (filter.types === undefined || matchesType(event.type, filter.types))
  );
}
