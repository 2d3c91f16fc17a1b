import { Injectable } from '@nestjs/common';
import { newId } from '../platform/ids.js';
import { rows, type Tx } from '../platform/unit-of-work.js';

export interface NewEvent {
  /** A new one unless given: for an event that must not be told twice whoever tells it. */
  readonly id?: string;
  /** `tenant.created`, `operation.step`, … */
  readonly type: string;
  readonly tenantId?: string | null;
  readonly operationId?: string | null;
  readonly data?: Readonly<Record<string, unknown>>;
}

/** Writes events in the transaction of the change they tell of; they are sent after it has committed. */
@Injectable()
export class Outbox {
  async add(tx: Tx, ...events: readonly NewEvent[]): Promise<void> {
    await rows(
      tx,
      `insert into leasehold.events (id, type, tenant_id, operation_id, data)
       select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::jsonb[])`,
      [
        events.map((event) => event.id ?? newId('evt')),
        events.map((event) => event.type),
        events.map((event) => event.tenantId ?? null),
        events.map((event) => event.operationId ?? null),
        events.map((event) => JSON.stringify(event.data ?? {})),
      ],
    );
  }
}
