import { LogState } from './log-state.js';
import type { CommandEvent } from './log-event.js';
import type { Batch, LogStore } from './log-store.js';

/** Rows a read, while catching up. */
const pageRows = 20;
/** Events that are kept for readers who follow closely. */
const keptEvents = 5_000;
/** A checkpoint is worth a write after so many events. */
const checkpointEvery = 1_000;

/** The end of the log, as far as this replica has read it. */
export class LogTail {
  private readonly state = new LogState();
  private recent: Batch[] = [];
  private recentEvents = 0;
  private sinceCheckpoint = 0;
  private opened = false;
  private readAt = 0;
  private reading: Promise<void> | undefined;
  private readonly waiting = new Set<() => void>();

  /** @param onFailure told of a checkpoint that could not be written: only the next start takes longer for it. */
  constructor(
    private readonly store: LogStore,
    private readonly onFailure: (error: unknown) => void,
  ) {}

  /** The place of the next event. */
  get next(): number {
    return this.state.next;
  }

  get pending(): ReadonlyMap<string, CommandEvent> {
    return this.state.pending;
  }

  /** The place of the last batch; 0 while there is none. */
  get last(): number {
    return this.state.last;
  }

  /** How long ago this was the end of the log, in milliseconds. The clock of the wall also counts while the machine sleeps. */
  get ageMs(): number {
    return Date.now() - this.readAt;
  }

  /** Reads what was written since; callers at the same time share the read. */
  catchUp(): Promise<void> {
    return (this.reading ??= this.readOn().finally(() => (this.reading = undefined)));
  }

  /** Takes a batch that this replica has written, or read. */
  take(batch: Batch): void {
    if (!this.state.apply(batch)) return;
    this.readAt = Date.now();
    this.keep(batch);
    this.sinceCheckpoint += batch.events.length;
    if (this.sinceCheckpoint >= checkpointEvery) void this.writeCheckpoint();
    for (const wake of [...this.waiting]) wake();
  }

  /** The kept batches from the one that holds a place; undefined when it is no longer kept. */
  since(place: number): readonly Batch[] | undefined {
    const [oldest] = this.recent;
    if (oldest === undefined || place < oldest.first) return undefined;
    return this.recent.filter(({ first, events }) => first + events.length > place);
  }

  /** Resolves when there is an event at this place, or the signal aborts. */
  async until(place: number, signal: AbortSignal): Promise<void> {
    while (this.next <= place && !signal.aborted) {
      await new Promise<void>((resolve) => {
        const wake = (): void => {
          this.waiting.delete(wake);
          signal.removeEventListener('abort', wake);
          resolve();
        };
        this.waiting.add(wake);
        signal.addEventListener('abort', wake, { once: true });
      });
    }
  }

  /** Leaves to the next start where it may begin. Never rejects. */
  async writeCheckpoint(): Promise<void> {
    const checkpoint = this.state.checkpoint();
    if (checkpoint === undefined || this.sinceCheckpoint === 0) return;
    this.sinceCheckpoint = 0;
    try {
      await this.store.writeCheckpoint(checkpoint);
    } catch (error) {
      this.onFailure(error);
    }
  }

  private async readOn(): Promise<void> {
    if (!this.opened) await this.open();
    for (;;) {
      const batches = await this.store.read({ from: this.next, limit: pageRows });
      for (const batch of batches) {
        if (batch.first > this.next) break;
        this.take(batch);
      }
      const behindGap = batches.find(({ first }) => first > this.next);
      if (behindGap !== undefined) await this.skipGap();
      else if (batches.length < pageRows) break;
    }
    this.readAt = Date.now();
  }

  /**
   * Goes on behind a gap. A scan is no snapshot: it may show a batch and not the one before it, which was written meanwhile; so only what a
   * second look does not find either was trimmed.
   */
  private async skipGap(): Promise<void> {
    const [batch] = await this.store.read({ from: this.next, limit: 1 });
    if (batch === undefined || batch.first === this.next) return;
    this.state.skipTo(batch.first);
    this.recent = [];
    this.recentEvents = 0;
  }

  /** Begins at the checkpoint, if the batch that it names is there: rows may have been restored without each other. */
  private async open(): Promise<void> {
    const checkpoint = await this.store.readCheckpoint();
    const [batch] = checkpoint ? await this.store.read({ from: checkpoint.last, limit: 1 }) : [];
    if (checkpoint !== undefined && batch?.first === checkpoint.last) {
      this.state.beginAt(batch, checkpoint.pending);
      this.keep(batch);
    }
    this.opened = true;
  }

  private keep(batch: Batch): void {
    this.recent.push(batch);
    this.recentEvents += batch.events.length;
    while (this.recentEvents > keptEvents && this.recent.length > 1)
      this.recentEvents -= this.recent.shift()?.events.length ?? 0;
  }
}
