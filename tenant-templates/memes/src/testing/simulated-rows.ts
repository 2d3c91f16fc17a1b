/** Rows behind a network that loses answers before or after a write took effect, or delivers a write late. */
import {
  DataUnavailableError,
  OutcomeUnknownError,
  toBytes,
  type Column,
  type RowMutation,
  type StoredRow,
} from '@leasehold/tenant-data';
import type { LedgerRows } from '../ledger/ledger-store.js';

/** What becomes of a conditional write. */
export type Fate = 'answered' | 'answer lost' | 'request lost' | 'late' | 'refused';

export class SimulatedRows {
  private readonly rows = new Map<string, Map<Column, Buffer>>();
  /** Tokens that came with writes that took effect: what the platform's metering counts. */
  metered = 0;
  /** Writes that were given up and arrive after all. */
  private strays: (() => void)[] = [];

  /** @param nextFate is asked once a conditional write. */
  constructor(private readonly nextFate: () => Fate) {}

  /** One replica's way to the rows. */
  client(): LedgerRows {
    return {
      get: async (_table, key, slice = {}) => {
        await turn();
        return this.read(key, (column) => inSlice(column, slice));
      },
      getMany: async (_table, keys) => {
        await turn();
        const found = keys.flatMap((key) => this.read(key) ?? []);
        return new Map(found.map((row) => [row.key, row]));
      },
      mutateMany: async (_table, changes) => {
        for (const { key, mutations } of changes) {
          await turn();
          this.apply(key, mutations);
        }
      },
      checkAndMutate: async (_table, key, { column, equals }, { then = [], tokens = 0 }) => {
        await turn();
        const attempt = (): boolean => {
          const present = this.rows.get(key)?.get(column);
          const expected = equals === undefined ? undefined : toBytes(equals);
          const holds = expected === undefined ? present === undefined : present?.equals(expected) === true;
          if (holds) this.apply(key, then);
          if (holds) this.metered += tokens;
          return holds;
        };
        return this.deliver(attempt);
      },
      pages: (_table, range = {}) => this.pages(range),
    };
  }

  /** One of the late writes arrives. */
  strayArrives(): void {
    this.strays.shift()?.();
  }

  private async deliver(attempt: () => boolean): Promise<boolean> {
    const fate = this.nextFate();
    if (fate === 'refused') throw new DataUnavailableError('refused');
    if (fate === 'late') this.strays.push(attempt);
    const held = fate === 'answered' || fate === 'answer lost' ? attempt() : false;
    await turn();
    if (fate !== 'answered') throw new OutcomeUnknownError(fate);
    return held;
  }

  private async *pages({
    start = '',
    end = '\uffff',
  }: {
    start?: string;
    end?: string;
  }): AsyncGenerator<StoredRow[]> {
    await turn();
    const keys = [...this.rows.keys()].filter((key) => key >= start && key < end).sort();
    for (const key of keys) {
      const row = this.read(key);
      if (row) yield [row];
    }
  }

  private read(key: string, wanted: (column: Column) => boolean = () => true): StoredRow | undefined {
    const cells = [...(this.rows.get(key) ?? [])].filter(([column]) => wanted(column));
    return cells.length === 0 ? undefined : { key, cells: new Map(cells) };
  }

  private apply(key: string, mutations: readonly RowMutation[]): void {
    const row = this.rows.get(key) ?? new Map<Column, Buffer>();
    this.rows.set(key, row);
    for (const mutation of mutations) {
      if ('set' in mutation) row.set(mutation.set, toBytes(mutation.value));
      else if ('deleteColumn' in mutation) row.delete(mutation.deleteColumn);
      else if ('deleteFamily' in mutation) {
        for (const column of row.keys())
          if (column.startsWith(`${mutation.deleteFamily}:`)) row.delete(column);
      } else row.clear();
    }
    if (row.size === 0) this.rows.delete(key);
  }
}

function inSlice(column: Column, { family, from = '' }: { family?: string; from?: string }): boolean {
  const colon = column.indexOf(':');
  return (family === undefined || column.slice(0, colon) === family) && column.slice(colon + 1) >= from;
}

/** Lets others go first, as a network does. */
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
