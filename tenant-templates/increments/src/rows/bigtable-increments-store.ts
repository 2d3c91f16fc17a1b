import {
  MutateManyError,
  rowKey,
  rowKeyParts,
  sortable,
  type Column,
  type RowMutation,
  type StoredRow,
  type TenantData,
} from '@leasehold/tenant-data';
import { decodeTotal, encodeTotal } from '../fold/total.js';
import { decodeWriter, encodeWriter, type WriterState } from '../fold/writer-state.js';
import type { IncrementsStore, QueuedBatch, QueueHead, StoredTotal } from './increments-store.js';

const table = 'increments';
const column = {
  batch: 'i:batch',
  state: 'i:state',
  version: 'i:version',
  total: 'i:total',
  dead: 'i:dead',
} as const satisfies Record<string, Column>;

/** The first part of each key: what kind of row it is. */
const kind = { queue: 'q', total: 't', writer: 'w', aside: 'a', dead: 'd' } as const;

/** Sorts behind every key that goes on after the part before it. */
const behind = '$';

/**
 * Rows of the table `increments`:
 * `q#<writer>#<seq>` a batch of the queue, `t#<key>` a total, `w#<writer>` a writer, `a#<writer>#<seq>` a batch that cannot be read,
 * `d#<key>` the note that a key has increments that did not fit.
 */
export class BigtableIncrementsStore implements IncrementsStore {
  constructor(
    private readonly data: TenantData,
    private readonly prefix: string,
  ) {}

  append(writer: string, batch: QueuedBatch): Promise<void> {
    return this.putBatch(kind.queue, writer, batch);
  }

  async heads(): Promise<QueueHead[]> {
    const heads: QueueHead[] = [];
    const end = this.key(kind.queue) + behind;
    for (let start = this.key(kind.queue); ;) {
      const [row] = await this.data.scan(table, { start, end, limit: 1 });
      if (row === undefined) return heads;
      const { writer, at } = this.batchOf(row);
      heads.push({ writer, at });
      start = this.key(kind.queue, writer) + behind;
    }
  }

  async queue(writer: string, limit: number): Promise<QueuedBatch[]> {
    const start = this.key(kind.queue, writer);
    const rows = await this.data.scan(table, { start, end: start + behind, limit });
    return rows.map((row) => this.batchOf(row));
  }

  remove(writer: string, seqs: readonly number[]): Promise<void> {
    const rows = seqs.map((seq) => ({
      key: this.key(kind.queue, writer, sortable(seq)),
      mutations: [{ deleteRow: true } as const],
    }));
    return this.data.mutateMany(table, rows).catch(firstOf);
  }

  async writers(names: readonly string[]): Promise<Map<string, WriterState>> {
    const rows = await this.data.getMany(
      table,
      names.map((name) => this.key(kind.writer, name)),
    );
    return this.writersOf(rows.values());
  }

  async allWriters(): Promise<Map<string, WriterState>> {
    const found = new Map<string, WriterState>();
    const start = this.key(kind.writer);
    for await (const rows of this.data.pages(table, { start, end: start + behind }))
      for (const [name, state] of this.writersOf(rows)) found.set(name, state);
    return found;
  }

  async replaceWriter(
    name: string,
    from: WriterState | undefined,
    to: WriterState | undefined,
  ): Promise<boolean> {
    const condition = { column: column.state, equals: from && encodeWriter(from) };
    const change: RowMutation[] =
      to === undefined ? [{ deleteRow: true }] : [{ set: column.state, value: encodeWriter(to) }];
    return this.data.checkAndMutate(table, this.key(kind.writer, name), condition, { then: change });
  }

  async totals(keys: readonly string[]): Promise<Map<string, StoredTotal>> {
    const rows = await this.data.getMany(
      table,
      keys.map((key) => this.key(kind.total, key)),
    );
    const found = new Map<string, StoredTotal>();
    for (const row of rows.values()) {
      const [, key = ''] = rowKeyParts(this.prefix, row.key);
      found.set(key, {
        version: textOf(row, column.version),
        total: decodeTotal(textOf(row, column.total)),
      });
    }
    return found;
  }

  replaceTotal(key: string, version: string | undefined, to: StoredTotal): Promise<boolean> {
    const condition = { column: column.version, equals: version };
    const change: RowMutation[] = [
      { set: column.version, value: to.version },
      { set: column.total, value: encodeTotal(to.total) },
    ];
    return this.data.checkAndMutate(table, this.key(kind.total, key), condition, { then: change });
  }

  setAside(writer: string, batch: QueuedBatch): Promise<void> {
    return this.putBatch(kind.aside, writer, batch);
  }

  async batchesAside(limit: number): Promise<(QueuedBatch & { writer: string })[]> {
    const start = this.key(kind.aside);
    const rows = await this.data.scan(table, { start, end: start + behind, limit });
    return rows.map((row) => this.batchOf(row));
  }

  removeAside(writer: string, seq: number): Promise<void> {
    return this.data.mutate(table, this.key(kind.aside, writer, sortable(seq)), [{ deleteRow: true }]);
  }

  markDead(key: string): Promise<void> {
    return this.data.mutate(table, this.key(kind.dead, key), [{ set: column.dead, value: key }]);
  }

  async deadKeys(limit: number): Promise<string[]> {
    const start = this.key(kind.dead);
    const rows = await this.data.scan(table, { start, end: start + behind, limit });
    return rows.map((row) => rowKeyParts(this.prefix, row.key)[1] ?? '');
  }

  private putBatch(of: string, writer: string, { seq, at, body }: QueuedBatch): Promise<void> {
    // One cell, since a scan may meet a row of several while it is being written.
    const value = `${at} ${body}`;
    return this.data.mutate(table, this.key(of, writer, sortable(seq)), [{ set: column.batch, value }]);
  }

  private batchOf(row: StoredRow): QueuedBatch & { writer: string } {
    const [, writer = '', seq = ''] = rowKeyParts(this.prefix, row.key);
    const cell = textOf(row, column.batch);
    const space = cell.indexOf(' ');
    return { writer, seq: Number(seq), at: Number(cell.slice(0, space)), body: cell.slice(space + 1) };
  }

  private writersOf(rows: Iterable<StoredRow>): Map<string, WriterState> {
    const found = new Map<string, WriterState>();
    for (const row of rows) {
      const [, name = ''] = rowKeyParts(this.prefix, row.key);
      found.set(name, decodeWriter(textOf(row, column.state)));
    }
    return found;
  }

  private key(...parts: string[]): string {
    return rowKey(this.prefix, ...parts);
  }
}

function textOf(row: StoredRow, name: Column): string {
  const cell = row.cells.get(name);
  if (cell === undefined) throw new TypeError(`The row ${row.key} has no cell ${name}.`);
  return cell.toString();
}

/** The batches that could not be removed are found again. */
function firstOf(error: unknown): never {
  throw error instanceof MutateManyError ? (error.failed[0]?.error ?? error) : error;
}
