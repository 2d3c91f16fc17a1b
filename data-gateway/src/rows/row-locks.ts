/** What a row is locked by. */
export function rowName(table: string, key: Buffer): string {
  return `${table}/${key.toString('latin1')}`;
}

/** How a row is locked: by one writer, or by any number of readers. */
export type LockMode = 'write' | 'read';

interface Lock {
  /** How many hold it; a writer is alone. */
  holders: number;
  mode: LockMode;
  readonly waiting: { readonly mode: LockMode; readonly go: () => void }[];
}

/**
 * Locks of rows. A writer holds its rows from before the call is sent until the record is queued, so that the log has a row's writes in the
 * order in which they were applied. A reader of named rows holds them too, since the emulator may leave out columns of a row that is being
 * written to while it is read. Who comes first is served first.
 */
export class RowLocks {
  readonly #locks = new Map<string, Lock>();

  /**
   * Locks all rows, in an order that every caller shares, so that two callers cannot wait for each other.
   * @returns what unlocks them.
   */
  async acquire(rows: readonly string[], mode: LockMode): Promise<() => void> {
    const ordered = rows.length === 1 ? rows : [...new Set(rows)].sort();
    for (const row of ordered) {
      const lock = this.#locks.get(row);
      if (!lock) this.#locks.set(row, { holders: 1, mode, waiting: [] });
      else if (mode === 'read' && lock.mode === 'read' && lock.waiting.length === 0) lock.holders++;
      else await new Promise<void>((go) => lock.waiting.push({ mode, go }));
    }
    return () => {
      for (const row of ordered) this.#release(row);
    };
  }

  /** How many rows are locked. */
  get size(): number {
    return this.#locks.size;
  }

  #release(row: string): void {
    const lock = this.#locks.get(row);
    if (!lock || --lock.holders > 0) return;
    const next = lock.waiting.shift();
    if (!next) {
      this.#locks.delete(row);
      return;
    }
    const served = [next];
    while (next.mode === 'read' && lock.waiting[0]?.mode === 'read')
      served.push(...lock.waiting.splice(0, 1));
    lock.mode = next.mode;
    lock.holders = served.length;
    for (const { go } of served) go();
  }
}
