import type { Logger } from 'pino';
import type { BodyBytes } from '../edge/body-bytes.js';
import type { TrafficMeter } from '../edge/edge-server.js';
import type { EdgeUsageRecords } from './edge-usage.js';

/** So much is lost when the twin is killed. */
const intervalMs = 10_000;

interface Counts {
  requests: number;
  errors: number;
  requestBytes: number;
  responseBytes: number;
}

/** Counts what clients ask, in memory, and writes the counts down every ten seconds. */
export class EdgeMeter implements TrafficMeter {
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
    const counts = this.#of(namespace);
    counts.requests += 1;
    if (status >= 500) counts.errors += 1;
  }

  bodies(namespace: string): BodyBytes {
    return {
      received: (bytes) => (this.#of(namespace).requestBytes += bytes),
      sent: (bytes) => (this.#of(namespace).responseBytes += bytes),
    };
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
      for (const [namespace, each] of counts) add(this.#of(namespace), each);
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

  #of(namespace: string): Counts {
    const counts = this.#counts.get(namespace);
    if (counts) return counts;
    const none = { requests: 0, errors: 0, requestBytes: 0, responseBytes: 0 };
    this.#counts.set(namespace, none);
    return none;
  }
}

function add(to: Counts, more: Counts): void {
  to.requests += more.requests;
  to.errors += more.errors;
  to.requestBytes += more.requestBytes;
  to.responseBytes += more.responseBytes;
}
