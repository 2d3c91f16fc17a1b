/** Where a run's time goes: named stretches, each from the mark before it. Milliseconds. */
export class RunClock {
  readonly #start = performance.now();
  readonly #timings: Record<string, number> = {};
  #last = this.#start;

  /** Ends the stretch of this name; a later mark of the same name counts for nothing. */
  mark(name: string): void {
    if (name in this.#timings) return;
    const now = performance.now();
    this.#timings[name] = now - this.#last;
    this.#last = now;
  }

  /** Notes a stretch that was measured elsewhere. */
  note(name: string, milliseconds: number | undefined): void {
    if (milliseconds !== undefined) this.#timings[name] = milliseconds;
  }

  timings(): Record<string, number> {
    const all = { ...this.#timings, total: performance.now() - this.#start };
    return Object.fromEntries(Object.entries(all).map(([name, ms]) => [name, Math.round(ms * 10) / 10]));
  }
}
