import type { Logger } from 'pino';
import type { EdgeUsageRecords } from './edge-usage.js';

/** So much is lost when the twin is killed. */
const intervalMs = 10_000;

interface Counts {
  requests: number;
  errors: number;
}

/** Counts what clients ask, in memory, and writes the counts down every ten seconds. */
export class EdgeMeter {
  #counts = new Map<string, Counts>();
  #timer: NodeJS.Timeout | undefined;
  #flushedAt = performance.now();
  #flushing: Promise<void> = Promise.resolve();

  constructor(
    private readonly records: EdgeUsageRecords,
    private readonly log: Logger,
  ) {}

  start(): void {
    this.#timer = setInterval(() => void this.flush(), intervalMs).unref();
  }

  /** A request was answered, or its client left: then `status` is what had been sent. */
  answered(namespace: string, status: number): void {
    let counts = this.#counts.get(namespace);
    if (!counts) this.#counts.set(namespace, (counts = { requests: 0, errors: 0 }));
    counts.requests += 1;
    if (status >= 500) counts.errors += 1;
  }

  /** Writes down what was counted; what cannot be written is counted on and tried again. */
  flush(): Promise<void> {
    this.#flushing = this.#flushing.then(() => this.#flush());
    return this.#flushing;
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.flush();
  }

  async #flush(): Promise<void> {
    const counts = this.#counts;
    this.#counts = new Map();
    try {
      await this.records.add([...counts].map(([namespace, each]) => ({ namespace, ...each })));
    } catch (err) {
      this.#takeBack(counts);
      this.log.warn({ err }, 'requests are not metered yet: the database does not answer');
      return;
    }
    const now = performance.now();
    const seconds = (now - this.#flushedAt) / 1000;
    try {
      await this.records.addPodSeconds(seconds);
      this.#flushedAt = now;
    } catch (err) {
      this.log.warn({ err }, 'the time of pods is not metered yet: the database does not answer');
    }
  }

  #takeBack(counts: ReadonlyMap<string, Counts>): void {
    for (const [namespace, { requests, errors }] of counts) {
      const since = this.#counts.get(namespace);
      this.#counts.set(namespace, {
        requests: requests + (since?.requests ?? 0),
        errors: errors + (since?.errors ?? 0),
      });
    }
  }
}
