import type { Folder } from './folder.js';

/** Well below the ten seconds that a total may be behind. */
const busyMs = 1_000;
/** Without increments of its own a replica looks for the queues of others this often. */
const idleMs = 2_000;
const firstRetryMs = 250;
const longestRetryMs = 3_000;
const retireEveryMs = 600_000;

export interface FoldLoopOptions {
  folder: Folder;
  onFailure: (error: unknown) => void;
}

/** Folds again and again: soon after an increment was accepted, now and then otherwise, with back-off while the data is away. */
export class FoldLoop {
  private timer: NodeJS.Timeout | undefined;
  private dueAt = Infinity;
  private running: Promise<void> | undefined;
  private failures = 0;
  private stopped = false;
  /** Whether something was appended that no pass has looked at yet. */
  private fresh = false;
  private retiredAt = performance.now();

  constructor(private readonly options: FoldLoopOptions) {
    this.schedule(busyMs);
  }

  /** Queues that wait to be folded, as far as this replica knows. */
  get pending(): number {
    return Math.max(this.options.folder.left, this.fresh || this.running !== undefined ? 1 : 0);
  }

  /** A batch was appended. */
  appended(): void {
    this.fresh = true;
    if (this.failures === 0) this.schedule(busyMs);
  }

  /** Makes a pass that begins after this call; whether it failed is for the log. */
  async passNow(): Promise<void> {
    while (this.running !== undefined) await this.running;
    await (this.running = this.pass());
  }

  /** Ends with one pass more, when there is something to fold. */
  async close(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    while (this.running !== undefined) await this.running;
    if (this.pending > 0) await this.options.folder.pass();
  }

  private schedule(ms: number): void {
    const at = performance.now() + jittered(ms);
    if (this.stopped || at >= this.dueAt) return;
    this.dueAt = at;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.run(), Math.max(0, at - performance.now())).unref();
  }

  private async run(): Promise<void> {
    this.dueAt = Infinity;
    while (this.running !== undefined) await this.running;
    this.running = this.pass();
    await this.running;
  }

  private async pass(): Promise<void> {
    const { folder, onFailure } = this.options;
    const fresh = this.fresh;
    this.fresh = false;
    try {
      await folder.pass();
      await this.retireNowAndThen();
      this.failures = 0;
    } catch (error) {
      this.fresh ||= fresh;
      this.failures += 1;
      onFailure(error);
    }
    this.running = undefined;
    this.schedule(this.nextMs());
  }

  private async retireNowAndThen(): Promise<void> {
    if (performance.now() - this.retiredAt < retireEveryMs) return;
    this.retiredAt = performance.now();
    await this.options.folder.retire();
  }

  private nextMs(): number {
    if (this.failures > 0) return Math.min(longestRetryMs, firstRetryMs * 2 ** this.failures);
    return this.pending > 0 ? busyMs : idleMs;
  }
}

function jittered(ms: number): number {
  return ms * (0.75 + Math.random() / 2);
}
