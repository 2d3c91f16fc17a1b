import { DataUnavailableError, OutcomeUnknownError } from '@leasehold/tenant-data';
import type { Counter } from '@leasehold/tenant-kit';
import { Batch } from './batch.js';
import type { Increment } from './parse-increment.js';

export interface AcceptorOptions {
  /** Writes a batch under the sequence number; resolves when it is durable. */
  append: (seq: number, at: number, body: string) => Promise<void>;
  /** Told of each batch that is, or may be, durable. */
  onAppended: () => void;
  now?: () => number;
  accepted?: Counter;
  unknown?: Counter;
}

interface Gathering {
  batch: Batch;
  waiters: { resolve: () => void; reject: (error: unknown) => void }[];
}

/** A row is written in one mutation; these keep it, and what a crash leaves in doubt, small. */
const maxIncrements = 2_000;
const maxBytes = 128 * 1024;
/** Increments that may wait while the data is slow; more are refused. */
const maxWaiting = 20_000;

/**
 * Takes increments and answers each when it is durable. One batch is written at a time, since a reader of the queue takes its rows in
 * sequence: what arrives meanwhile is gathered into the next.
 */
export class Acceptor {
  private gathering: Gathering[] = [];
  private waiting = 0;
  private writing: Promise<void> | undefined;
  private seq = 0;
  private closed = false;
  /** Whether a batch's fate is not known: it may still arrive. */
  inDoubt = false;

  constructor(private readonly options: AcceptorOptions) {}

  /** Increments taken and not answered. */
  get pending(): number {
    return this.waiting;
  }

  /**
   * Resolves when the increment is durable.
   * @throws DataUnavailableError when it is not and never will be; OutcomeUnknownError when that cannot be known.
   */
  add(increment: Increment): Promise<void> {
    if (this.closed) return Promise.reject(new DataUnavailableError('This replica is stopping.'));
    if (this.waiting >= maxWaiting)
      return Promise.reject(new DataUnavailableError('Too many increments wait to be written.'));
    this.waiting += 1;
    const { batch, waiters } = this.open();
    batch.add(increment);
    const durable = new Promise<void>((resolve, reject) => waiters.push({ resolve, reject }));
    this.writing ??= this.write().finally(() => (this.writing = undefined));
    return durable;
  }

  /** Takes no more; resolves when all that was taken is answered. */
  async close(): Promise<void> {
    this.closed = true;
    await this.writing;
  }

  private open(): Gathering {
    const last = this.gathering.at(-1);
    if (last && last.batch.size < maxIncrements && last.batch.bytes < maxBytes) return last;
    const next: Gathering = { batch: new Batch(), waiters: [] };
    this.gathering.push(next);
    return next;
  }

  private async write(): Promise<void> {
    // Requests that are read in the same turn share the batch.
    await new Promise<void>((resolve) => setImmediate(resolve));
    for (let next = this.gathering.shift(); next; next = this.gathering.shift()) await this.writeOne(next);
  }

  private async writeOne({ batch, waiters }: Gathering): Promise<void> {
    const { append, onAppended, now = Date.now, accepted, unknown } = this.options;
    try {
      await append(++this.seq, now(), batch.encode());
      onAppended();
      accepted?.add(batch.size);
      for (const { resolve } of waiters) resolve();
    } catch (error) {
      if (error instanceof OutcomeUnknownError) {
        this.inDoubt = true;
        onAppended();
        unknown?.add(batch.size);
      }
      for (const { reject } of waiters) reject(error);
    } finally {
      this.waiting -= waiters.length;
    }
  }
}
