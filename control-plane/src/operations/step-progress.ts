import type { ResourceCounts } from './operation.js';
import { noResources } from './operation.js';

/** One resource of a running step, as the stream of the operation shows it. */
export interface ResourceChange {
  readonly name: string;
  readonly type: string;
  readonly op: string;
  readonly phase: 'started' | 'done' | 'failed';
  readonly message?: string;
}

export interface ProgressReport {
  readonly message: string | null;
  readonly resources: ResourceCounts;
  /** What happened since the last report. */
  readonly changes: readonly ResourceChange[];
}

type Write = (report: ProgressReport) => Promise<void>;

/**
 * What a running step says of itself: written at most once an interval, so that the ledger is never the bottleneck;
 * the last word is never lost, since the checkpoint takes it (`close`). `write` must not reject.
 */
export class StepProgress {
  private text: string | null = null;
  private counts: ResourceCounts = noResources;
  private changes: ResourceChange[] = [];
  private dirty = false;
  private closed = false;
  private timer: NodeJS.Timeout | undefined;
  private writing: Promise<void> = Promise.resolve();

  constructor(
    private readonly write: Write,
    private readonly intervalMs: number,
  ) {}

  get message(): string | null {
    return this.text;
  }

  get resources(): ResourceCounts {
    return this.counts;
  }

  say(message: string): void {
    this.text = message;
    this.touch();
  }

  count(resources: ResourceCounts): void {
    this.counts = resources;
    this.touch();
  }

  change(change: ResourceChange): void {
    this.changes.push(change);
    this.touch();
  }

  /** Ends the writing and answers what was not written yet: it goes into the step's checkpoint. Later words are dropped. */
  async close(): Promise<ProgressReport> {
    this.closed = true;
    clearTimeout(this.timer);
    await this.writing;
    return { message: this.text, resources: this.counts, changes: this.changes };
  }

  private touch(): void {
    if (this.closed) return;
    this.dirty = true;
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      this.writing = this.writing.then(() => this.send());
    }, this.intervalMs);
  }

  private async send(): Promise<void> {
    if (!this.dirty) return;
    this.dirty = false;
    const changes = this.changes;
    this.changes = [];
    await this.write({ message: this.text, resources: this.counts, changes });
  }
}
