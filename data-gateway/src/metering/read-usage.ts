import type { LogRecord } from '../log/log-record.js';
import { hourOf, type HourUsage } from './hour-usage.js';

const intervalMs = 10_000;

export interface ReadUsageOptions {
  readonly append: (record: LogRecord) => Promise<void>;
  readonly failed: (error: unknown) => void;
  readonly now?: () => number;
}

/**
 * Counts calls and what they read, which leaves no trace in the log by itself, and writes the counts there every ten seconds: so much of
 * them is lost when the gateway is killed.
 */
export class ReadUsage {
  #pending = new Map<string, HourUsage>();
  #timer: NodeJS.Timeout | undefined;

  constructor(private readonly options: ReadUsageOptions) {}

  start(): void {
    this.#timer = setInterval(() => {
      this.flush().catch(this.options.failed);
    }, intervalMs).unref();
  }

  called(prefix: string): void {
    this.#count(prefix, 1, 0, 0);
  }

  read(prefix: string, rows: number, bytes: number): void {
    this.#count(prefix, 0, rows, bytes);
  }

  /** When everything counted so far is in the log. @throws GrpcError UNAVAILABLE when the disk refuses. */
  async flush(): Promise<void> {
    const usage = [...this.#pending.values()];
    this.#pending = new Map();
    if (usage.length > 0) await this.options.append({ kind: 'usage', usage });
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.flush().catch(this.options.failed);
  }

  #count(prefix: string, calls: number, rows: number, bytes: number): void {
    const hour = hourOf(this.options.now?.() ?? Date.now());
    const name = `${prefix}${hour}`;
    const before = this.#pending.get(name);
    this.#pending.set(name, {
      prefix,
      hour,
      calls: (before?.calls ?? 0) + calls,
      rowsRead: (before?.rowsRead ?? 0) + rows,
      bytesRead: (before?.bytesRead ?? 0) + bytes,
      rowsWritten: 0,
      bytesWritten: 0,
      tokens: 0,
    });
  }
}
