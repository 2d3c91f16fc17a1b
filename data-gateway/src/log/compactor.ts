import type { DurableLog } from './durable-log.js';
import type { LogRecord } from './log-record.js';

const checkMs = 1000;
const afterFailureMs = 30_000;

export interface CompactorOptions {
  /** Whether the rows can be read now: a compaction that cannot end is not begun. */
  readonly possible: () => boolean;
  /** Reads all rows as they are now. */
  readonly scan: () => AsyncIterable<LogRecord>;
  readonly finished: (facts: { seconds: number }) => void;
  readonly failed: (error: unknown) => void;
}

/** Compacts the log when it has outgrown its bound. */
export class Compactor {
  #timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly log: DurableLog,
    private readonly boundBytes: number,
    private readonly options: CompactorOptions,
  ) {}

  start(): void {
    this.#schedule(checkMs);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** Compacts now. @throws whatever keeps it from it; the log is then as good as before. */
  async run(): Promise<void> {
    const from = performance.now();
    await this.log.compact(this.options.scan);
    this.options.finished({ seconds: (performance.now() - from) / 1000 });
  }

  #schedule(afterMs: number): void {
    this.#timer = setTimeout(() => void this.#check(), afterMs).unref();
  }

  async #check(): Promise<void> {
    let next = checkMs;
    if (this.options.possible() && this.log.writable && this.log.outgrown(this.boundBytes)) {
      try {
        await this.run();
      } catch (error) {
        this.options.failed(error);
        next = afterFailureMs;
      }
    }
    if (this.#timer) this.#schedule(next);
  }
}
