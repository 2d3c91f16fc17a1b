import type { IncrementsStore, QueueHead } from '../rows/increments-store.js';
import { foldQueue, QueueLostError, type FoldParts, type TakenQueue } from './fold-queue.js';
import { isRetired, leaseMs, mayTake } from './writer-state.js';

export interface FolderOptions extends FoldParts {
  store: IncrementsStore;
  /** The queue of this process. */
  ownWriter: string;
  newLease: () => string;
  now?: () => number;
}

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
    for (const head of heads) {
      try {
        if (await this.foldAll(head)) this.left -= 1;
      } catch (error) {
        this.taken.delete(head.writer);
        if (!(error instanceof QueueLostError)) failures.push(error);
      }
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

  /** Whether the queue was this replica's, and is empty. */
  private async foldAll(head: QueueHead): Promise<boolean> {
    let queue = await this.take(head);
    while (queue !== undefined) {
      const { batches, state } = await foldQueue(this.options, queue, () => this.leaseEnd());
      this.batchesFolded += batches;
      queue = { writer: head.writer, state };
      this.taken.set(head.writer, queue);
      if (batches === 0) return true;
    }
    return false;
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
