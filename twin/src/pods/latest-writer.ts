import type { Logger } from 'pino';
import { setTimeout as delay } from 'node:timers/promises';

const retryDelayMs = 500;

/**
 * Writes the newest state of many things, in order for each and never two writes of one at once: what changes again
 * while it is written is written once more. A write that fails is tried again until the writer is closed.
 */
export class LatestWriter {
  private readonly wanted = new Map<string, () => Promise<unknown>>();
  private readonly running = new Map<string, Promise<void>>();
  private readonly closing = new AbortController();

  constructor(private readonly log: Logger) {}

  /** `write` replaces an earlier one for the same key that has not begun. */
  put(key: string, write: () => Promise<unknown>): void {
    this.wanted.set(key, write);
    if (!this.running.has(key)) this.running.set(key, this.work(key));
  }

  /** Waits for what is being written, without trying again what fails. */
  async close(): Promise<void> {
    this.closing.abort();
    await Promise.all(this.running.values());
  }

  private async work(key: string): Promise<void> {
    for (;;) {
      const write = this.wanted.get(key);
      if (write === undefined) break;
      this.wanted.delete(key);
      try {
        await write();
      } catch (error) {
        this.log.warn({ err: error, key }, 'A state could not be written down.');
        if (this.closing.signal.aborted) break;
        if (!this.wanted.has(key)) this.wanted.set(key, write);
        await delay(retryDelayMs, undefined, { signal: this.closing.signal }).catch(() => undefined);
      }
    }
    // In the same turn as the last look at what is wanted, so that nothing put in between is missed.
    this.running.delete(key);
  }
}
