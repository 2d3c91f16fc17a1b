/**
 * One writer a row. A lock is held from before a write is sent until its record is queued, so that the log has a row's writes in the order in
 * which they were applied.
 */
export class RowLocks {
  /** Each locked row with those who wait for it. */
  readonly #waiting = new Map<string, (() => void)[]>();

  /**
   * Locks all rows, in an order that every caller shares, so that two callers cannot wait for each other.
   * @returns what unlocks them.
   */
  async acquire(rows: readonly string[]): Promise<() => void> {
    const ordered = rows.length === 1 ? rows : [...new Set(rows)].sort();
    for (const row of ordered) {
      const queue = this.#waiting.get(row);
      if (queue) await new Promise<void>((resolve) => queue.push(resolve));
      else this.#waiting.set(row, []);
    }
    return () => {
      for (const row of ordered) this.#release(row);
    };
  }

  /** How many rows are locked. */
  get size(): number {
    return this.#waiting.size;
  }

  #release(row: string): void {
    const next = this.#waiting.get(row)?.shift();
    if (next) next();
    else this.#waiting.delete(row);
  }
}
