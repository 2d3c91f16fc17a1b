/** The writes under way, by prefix: for those who must wait until they are over. */
export class PrefixWrites {
  readonly #underWay = new Map<string, Set<Promise<unknown>>>();
  readonly #closed = new Map<string, Promise<unknown>>();

  /** Runs a write of the prefix, after an erasure of it that is under way. */
  async run<T>(prefix: string, write: () => Promise<T>): Promise<T> {
    for (let closed = this.#closed.get(prefix); closed; closed = this.#closed.get(prefix)) await closed;
    const running = write();
    const all = this.#underWay.get(prefix) ?? new Set();
    this.#underWay.set(prefix, all.add(running));
    try {
      return await running;
    } finally {
      all.delete(running);
      if (all.size === 0 && this.#underWay.get(prefix) === all) this.#underWay.delete(prefix);
    }
  }

  /** When the prefix's writes that are under way now are over, however they end; nothing when there are none. */
  settled(prefix: string): Promise<unknown> | undefined {
    const all = this.#underWay.get(prefix);
    return all && Promise.allSettled(all);
  }

  /** When all writes and erasures that are under way now are over. */
  async drained(): Promise<void> {
    await Promise.allSettled([
      ...this.#closed.values(),
      ...[...this.#underWay.values()].flatMap((all) => [...all]),
    ]);
  }

  /** Runs alone: the prefix's writes under way end first, later ones wait. */
  async alone<T>(prefix: string, work: () => Promise<T>): Promise<T> {
    for (let closed = this.#closed.get(prefix); closed; closed = this.#closed.get(prefix)) await closed;
    const running = Promise.resolve(this.settled(prefix)).then(work);
    const over = running.then(
      () => undefined,
      () => undefined,
    );
    this.#closed.set(prefix, over);
    try {
      return await running;
    } finally {
      this.#closed.delete(prefix);
    }
  }
}
