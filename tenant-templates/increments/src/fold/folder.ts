import type { IncrementsStore, QueueHead } from '../rows/increments-store.js';
import { batchesPerPass, foldQueue, QueueLostError, type FoldParts, type TakenQueue } from './fold-queue.js';
import { isRetired, leaseMs, mayTake } from './writer-state.js';

export interface FolderOptions extends FoldParts {
  store: IncrementsStore;
  /** The queue of this process. */
  ownWriter: string;
  newLease: () => string;
  now?: () => number;
}

/** A pass ends after so many batches of a queue, so that new queues are seen. */
const roundsPerPass = 20;

/** Folds this process's queue, and those that nobody else folds. One pass at a time. */
export class Folder {
  /** Queues that were not empty when the last pass ended. */
  left = 0;
  batchesFolded = 0;
  private readonly taken = new Map<string, TakenQueue>();
  private readonly now: () => number;

  constructor(private readonly options: FolderOptions) {
    this.now = options.now ?? Date.now;
  }

  /**
   * Looks at all queues once and folds what is this replica's to fold.
   * @throws Error of the first queue that failed, after the others were folded.
   */
  async pass(): Promise<void> {
    const heads = await this.options.store.heads();
    this.left = heads.length;
    for (const writer of [...this.taken.keys()])
      if (!heads.some((head) => head.writer === writer)) this.taken.delete(writer);
    const failures: unknown[] = [];
    let full: QueueHead[] = heads;
    // In turns, so that a queue that fills as fast as it is folded does not keep the others waiting.
    for (let round = 0; full.length > 0 && round < roundsPerPass; round++) {
      const again: QueueHead[] = [];
      for (const head of full) {
        const end = await this.foldOne(head, failures);
        if (end === 'full') again.push(head);
        if (end === 'empty') this.left -= 1;
      }
      full = again;
    }
    if (failures.length > 0) throw failures[0];
  }

  /** Removes what is known of writers that are long gone and whose queues are empty. */
  async retire(): Promise<void> {
    const { store } = this.options;
    const waiting = new Set((await store.heads()).map(({ writer }) => writer));
    for (const [name, state] of await store.allWriters()) {
      if (!waiting.has(name) && isRetired(state, this.now()))
        await store.replaceWriter(name, state, undefined);
    }
  }

  /** This process's queue is empty and takes no more: nobody needs to know of it. */
  async retireOwn(): Promise<void> {
    const { store, ownWriter } = this.options;
    const state = (await store.writers([ownWriter])).get(ownWriter);
    if (state !== undefined) await store.replaceWriter(ownWriter, state, undefined);
  }

  /** Folds the oldest batches of a queue, if it is this replica's to fold. */
  private async foldOne(head: QueueHead, failures: unknown[]): Promise<'empty' | 'full' | 'not ours'> {
    const { writer } = head;
    try {
      const queue = await this.take(head);
      if (queue === undefined) return 'not ours';
      const { batches, state } = await foldQueue(this.options, queue, () => this.leaseEnd());
      this.batchesFolded += batches;
      this.taken.set(writer, { writer, state });
      return batches < batchesPerPass ? 'empty' : 'full';
    } catch (error) {
      this.taken.delete(writer);
      if (!(error instanceof QueueLostError)) failures.push(error);
      return 'not ours';
    }
  }

  /** The queue when it is this replica's, by its lease or by a new one. */
  private async take({ writer, at }: QueueHead): Promise<TakenQueue | undefined> {
    const { store, ownWriter, newLease } = this.options;
    const held = this.taken.get(writer);
    const known = (await store.writers([writer])).get(writer);
    if (held !== undefined && known?.lease === held.state.lease) return { writer, state: known };
    const now = this.now();
    if (!mayTake(known, { isOwn: writer === ownWriter, headAt: at, now })) return undefined;
    const state = { folded: known?.folded ?? 0, lease: newLease(), until: this.leaseEnd() };
    if (!(await store.replaceWriter(writer, known, state))) return undefined;
    const queue = { writer, state };
    this.taken.set(writer, queue);
    return queue;
  }

  private leaseEnd(): number {
    return this.now() + leaseMs;
  }
}
