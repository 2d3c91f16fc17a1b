import {
  OutcomeUnknownError,
  rowKey,
  rowKeyParts,
  sortable,
  type Column,
  type RowMutation,
  type TenantData,
} from '@leasehold/tenant-data';
import * as z from 'zod/mini';
import { commandEvent, logEvent } from './log-event.js';
import type { Batch, Checkpoint, LogStore } from './log-store.js';

const table = 'calc_events';
const batchColumn: Column = 'e:batch';
/** Of a column of its own, since pods of earlier releases read the batch strictly. */
const timeColumn: Column = 'e:at';
const checkpointColumn: Column = 'e:checkpoint';

const storedBatch = z.strictObject({ attempt: z.string(), events: z.array(logEvent).check(z.minLength(1)) });
const storedCheckpoint = z.strictObject({
  last: z.number().check(z.int(), z.minimum(1)),
  pending: z.array(commandEvent),
});

/** The log as rows `<prefix>#log#<place of the first event>`, and its checkpoint in `<prefix>#checkpoint`. */
export class BigtableLogStore implements LogStore {
  constructor(
    private readonly data: TenantData,
    private readonly prefix: string,
  ) {}

  async append(batch: Batch): Promise<boolean> {
    const key = this.keyOf(batch.first);
    const value = JSON.stringify({ attempt: batch.attempt, events: batch.events });
    const free = { column: batchColumn, equals: undefined };
    const then: RowMutation[] = [{ set: batchColumn, value }];
    if (batch.at !== undefined) then.push({ set: timeColumn, value: String(batch.at) });
    if (await this.data.checkAndMutate(table, key, free, { then })) return true;
    // Taken: perhaps by an earlier call for this same batch, whose answer was lost.
    const row = await this.data.get(table, key);
    if (row === undefined)
      throw new OutcomeUnknownError(`The place ${batch.first} of the log is taken and empty.`);
    return this.batchOf(row).attempt === batch.attempt;
  }

  async read({ from, before, limit }: { from: number; before?: number; limit: number }): Promise<Batch[]> {
    const end = before === undefined ? rowKey(this.prefix, 'log', ':') : this.keyOf(before);
    const rows = await this.data.scan(table, { start: this.keyOf(from), end, limit });
    return rows.map((row) => this.batchOf(row));
  }

  remove(first: number): Promise<void> {
    return this.data.mutate(table, this.keyOf(first), [{ deleteRow: true }]);
  }

  async readCheckpoint(): Promise<Checkpoint | undefined> {
    const row = await this.data.get(table, this.checkpointKey());
    const value = row?.cells.get(checkpointColumn);
    return value === undefined ? undefined : storedCheckpoint.parse(JSON.parse(value.toString()));
  }

  async writeCheckpoint(checkpoint: Checkpoint): Promise<void> {
    await this.data.put(table, this.checkpointKey(), { [checkpointColumn]: JSON.stringify(checkpoint) });
  }

  private batchOf({ key, cells }: { key: string; cells: ReadonlyMap<Column, Buffer> }): Batch {
    const first = Number(rowKeyParts(this.prefix, key)[1]);
    const at = cells.get(timeColumn);
    return {
      first,
      at: at && Number(at),
      ...storedBatch.parse(JSON.parse(String(cells.get(batchColumn)))),
    };
  }

  private keyOf(place: number): string {
    return rowKey(this.prefix, 'log', sortable(place));
  }

  private checkpointKey(): string {
    return rowKey(this.prefix, 'checkpoint');
  }
}
