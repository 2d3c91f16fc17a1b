import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { DataUnavailableError } from '@leasehold/tenant-data';
import { execute } from '../commands/command.js';
import { parseCommand } from '../commands/command-json.js';
import { EntryQueue, type Entry } from './entry-queue.js';
import { resultEventOf, type CommandEvent } from './log-event.js';
import { maxBatchEvents, type Batch, type LogStore } from './log-store.js';
import type { LogTail } from './log-tail.js';

const maxBatchBytes = 512 * 1024;
/** Calls that were answered wait this long for company. */
const lingerMs = 10;
const firstPauseMs = 25;
const longestPauseMs = 2_000;
/** A writer that has not looked at the end of the log for so long looks again before it writes. */
const freshMs = 30_000;
/** And one that was held up for so long between look and write looks behind: well below `spareMs` of the trimming. */
const staleMs = 20 * 60_000;

/** A batch on its way, and what is in it. */
interface Attempt {
  readonly batch: Batch;
  readonly entries: readonly Entry[];
}

export interface LogWriterOptions {
  store: LogStore;
  tail: LogTail;
  /** For the batches that it writes, in milliseconds since 1970. */
  now: () => number;
  /** Whether this replica is to execute a command now that waits in the log. */
  isDue: (command: CommandEvent) => boolean;
  onFailure: (error: unknown) => void;
}

/**
 * Writes to the log, one batch after the other, as full as there is to write. A batch whose outcome is not known is written again as it
 * is, at the same place, until that place is taken by it or by another: so nothing is written twice, and nothing lost.
 */
export class LogWriter {
  private readonly queue = new EntryQueue();
  private attempt: Attempt | undefined;
  private running: Promise<void> | undefined;
  private timer: NodeJS.Timeout | undefined;
  /** Whether others may have written since the tail was read. */
  private behind = true;
  private stopped = false;

  constructor(private readonly options: LogWriterOptions) {}

  /** Entries that are not known to be in the log. */
  get waiting(): number {
    return this.queue.size + (this.attempt?.entries.length ?? 0);
  }

  /** Adds an entry; `soon` does not wait for company. */
  add(entry: Entry, soon: boolean): void {
    this.queue.push(entry);
    if (soon || this.queue.size >= maxBatchEvents) this.run();
    else this.timer ??= setTimeout(() => this.run(), lingerMs);
  }

  /** Writes until nothing is left; at once. Never rejects. */
  run(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.running ??= this.writeAll().finally(() => {
      this.running = undefined;
      // What came in between the last look and the end.
      if (this.queue.size > 0 && this.timer === undefined && !this.stopped) this.run();
    });
  }

  /** Resolves when all is written, or the signal aborts. */
  async flush(signal: AbortSignal): Promise<void> {
    signal.addEventListener('abort', () => (this.stopped = true), { once: true });
    this.run();
    await this.running;
  }

  private async writeAll(): Promise<void> {
    let pauseMs = firstPauseMs;
    while (!this.stopped) {
      try {
        const { tail } = this.options;
        if ((this.behind || tail.ageMs > freshMs) && this.attempt === undefined) await tail.catchUp();
        this.attempt ??= this.nextAttempt();
        this.behind = false;
        if (this.attempt === undefined) return;
        await this.tryOnce(this.attempt);
        pauseMs = firstPauseMs;
      } catch (error) {
        this.options.onFailure(error);
        if (error instanceof DataUnavailableError) this.giveUpPlace();
        await wait(pauseMs * (0.5 + Math.random()));
        pauseMs = Math.min(longestPauseMs, pauseMs * 2);
      }
    }
  }

  private async tryOnce({ batch, entries }: Attempt): Promise<void> {
    const { store, tail } = this.options;
    if (!(await store.append(batch))) {
      this.giveUpPlace();
      return;
    }
    if (tail.ageMs > staleMs && !(await this.joins(batch))) {
      await store.remove(batch.first);
      this.giveUpPlace();
      return;
    }
    this.attempt = undefined;
    tail.take(batch);
    let place = batch.first;
    for (const entry of entries) {
      entry.written(place);
      place += entry.count;
    }
  }

  /** Whether the batch before the place is still there: a place below what was trimmed is free, and none to write at. */
  private async joins({ first, events }: Batch): Promise<boolean> {
    const { store, tail } = this.options;
    if (tail.last === 0) {
      const [next] = await store.read({ from: first + 1, limit: 1 });
      return next === undefined || next.first === first + events.length;
    }
    return (await store.read({ from: tail.last, before: tail.last + 1, limit: 1 })).length > 0;
  }

  /** The batch is not in the log and never will be: its entries go into another. */
  private giveUpPlace(): void {
    this.behind = true;
    if (this.attempt === undefined) return;
    this.queue.putBack(this.attempt.entries.filter((entry) => !isOutcome(entry)));
    this.attempt = undefined;
  }

  /** Outcomes of commands that wait, then what is in the queue. The tail must have been read to the end. */
  private nextAttempt(): Attempt | undefined {
    const { tail, isDue, now } = this.options;
    const outcomes = [...tail.pending.values()]
      .filter(isDue)
      .slice(0, maxBatchEvents / 2)
      .map(outcomeEntry);
    const queued = this.queue.take(maxBatchEvents - outcomes.length, maxBatchBytes);
    const entries = [...outcomes, ...queued];
    if (entries.length === 0) return undefined;
    let place = tail.next;
    const events = entries.flatMap((entry) => {
      const own = entry.events(place);
      place += entry.count;
      return own;
    });
    return { batch: { first: tail.next, attempt: randomUUID(), at: now(), events }, entries };
  }
}

/** Made anew for each batch, since another replica may have been first. */
class OutcomeEntry implements Entry {
  readonly count = 1;
  readonly bytes = 0;
  constructor(private readonly command: CommandEvent) {}

  events(): [ReturnType<typeof resultEventOf>] {
    const { id, command, parameters } = this.command;
    return [resultEventOf(id, execute(parseCommand(command, parameters)))];
  }

  written(): void {
    // Whoever asked for the command finds its outcome in the log.
  }
}

const outcomeEntry = (command: CommandEvent): Entry => new OutcomeEntry(command);
const isOutcome = (entry: Entry): boolean => entry instanceof OutcomeEntry;
