import { Injectable } from '@nestjs/common';
import { Outbox, type NewEvent } from '../events/outbox.js';
import type { Ctx } from '../platform/request-context.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { UsageRecordsRepository, type UsageRecord } from './usage-records.repository.js';

/** Records in one transaction. */
const atOnce = 200;

/**
 * Tells of each complete hour of a tenant, by an event in the transaction that marks it as told: a crash loses none and tells none twice.
 * What comes late is told as a new revision.
 */
@Injectable()
export class UsageRecorder {
  readonly #repository = new UsageRecordsRepository();

  constructor(
    private readonly uow: UnitOfWork,
    private readonly outbox: Outbox,
  ) {}

  async round(ctx: Ctx): Promise<void> {
    let told: number;
    do {
      ctx.signal.throwIfAborted();
      told = await this.#tell(ctx);
    } while (told === atOnce);
  }

  async #tell(ctx: Ctx): Promise<number> {
    return this.uow.run(ctx, async (tx) => {
      const records = await this.#repository.take(tx, atOnce);
      if (records.length > 0) await this.outbox.add(tx, ...records.map(eventOf));
      return records.length;
    });
  }
}

/** Its id names tenant, hour and revision, so that it is the same whoever makes it, and the table of events takes it once. */
function eventOf({ tenantId, slug, hour, revision, counts }: UsageRecord): NewEvent {
  const from = hour.toISOString();
  const to = new Date(hour.getTime() + 3_600_000).toISOString();
  return {
    id: `usage_${tenantId}_${from.slice(0, 13).replaceAll(/[-T]/g, '')}_${revision}`,
    type: 'usage.hour',
    tenantId,
    data: { slug, from, to, revision, ...counts },
  };
}
