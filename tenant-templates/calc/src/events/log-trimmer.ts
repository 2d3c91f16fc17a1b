import type { LogStore } from './log-store.js';
import type { LogTail } from './log-tail.js';
import { trimmable, type Retention } from './retention.js';

export interface LogTrimmerOptions {
  store: LogStore;
  tail: LogTail;
  retention: Retention;
  now: () => number;
  /** The last place that need not be kept for those to whom the log is published. */
  publishedThrough: () => Promise<number>;
  onFailure: (error: unknown) => void;
}

/** Soon after the start, when a pod has no more urgent things to do; then now and then. */
const firstMs = 3_000;
const everyMs = 60_000;
/** Batches a look. */
const pageRows = 50;

/**
 * Removes the oldest batches of the log that need not be kept. One after the other in their order, whoever does it and wherever it is
 * interrupted, so that what is left is always the log from some place on.
 */
export class LogTrimmer {
  /** Where the log begins, as far as this replica has trimmed it: a scan need not go over what was removed. */
  private from = 1;
  private readonly stopped = new AbortController();
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> | undefined;
  /** Events that this replica has removed. */
  trimmed = 0;

  constructor(private readonly options: LogTrimmerOptions) {}

  start(): void {
    const { events, ms } = this.options.retention;
    if (events !== undefined || ms !== undefined) this.schedule(firstMs);
  }

  async stop(): Promise<void> {
    clearTimeout(this.timer);
    this.stopped.abort();
    await this.running;
  }

  private schedule(ms: number): void {
    if (this.stopped.signal.aborted) return;
    this.timer = setTimeout(() => {
      this.running = this.trim(this.stopped.signal)
        .catch(this.options.onFailure)
        .finally(() => this.schedule(everyMs));
    }, ms).unref();
  }

  /** Trims once, as far as possible. */
  private async trim(signal: AbortSignal): Promise<void> {
    const { store, tail, retention, now, publishedThrough } = this.options;
    await tail.catchUp();
    const [firstPending = tail.next] = [...tail.pending.keys()].map(Number);
    // The last batch stays: it says where the log ends.
    const from = Math.min(firstPending, tail.last, (await publishedThrough()) + 1);
    for (;;) {
      const page = await store.read({ from: this.from, limit: pageRows });
      const count = trimmable(page, retention, { now: now(), next: tail.next, from });
      for (const { first, events } of page.slice(0, count)) {
        if (signal.aborted) return;
        await store.remove(first);
        this.trimmed += events.length;
        this.from = first + events.length;
      }
      if (count < pageRows) return;
    }
  }
}
