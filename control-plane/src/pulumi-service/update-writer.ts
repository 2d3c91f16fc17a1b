import type { DataSource } from 'typeorm';
import type { Tx } from '../platform/unit-of-work.js';
import { foldJournal } from './journal/fold-journal.js';
import type { JournalRepository } from './journal/journal.repository.js';
import { PulumiApiError } from './pulumi-api-error.js';
import type { RunObservers } from './run-observers.js';
import type { StacksRepository, StackWithState } from './stacks.repository.js';
import { whyNot } from './update-fence.js';
import type { Update, UpdateLease, UpdatesRepository, UpdateState } from './updates.repository.js';
import type { VersionedDeployment } from './wire/deployment.js';

/**
 * How an update's changes reach the state. Locks are taken in one order, stack before update; with both held nobody appends to
 * the journal, starts or ends an update, and the fence's answer stays true until the transaction ends.
 */
export class UpdateWriter {
  constructor(
    private readonly database: DataSource,
    private readonly stacks: StacksRepository,
    private readonly updates: UpdatesRepository,
    private readonly journal: JournalRepository,
    private readonly observers: RunObservers,
  ) {}

  /** @throws PulumiApiError 404 when the stack is gone */
  transaction<T>(stackId: number, work: (tx: Tx, stack: StackWithState) => Promise<T>): Promise<T> {
    return this.database.transaction(async (tx) => {
      const stack = await this.stacks.lock(tx, stackId);
      if (!stack) throw new PulumiApiError(404, 'The stack was removed.');
      return work(tx, stack);
    });
  }

  /** A write under an update's lease. @throws PulumiApiError 403 or 409 when the lease does not allow it (any more) */
  async write(
    lease: UpdateLease,
    work: (tx: Tx, update: Update, stack: StackWithState) => Promise<void>,
  ): Promise<void> {
    const known = await this.updates.byLease(lease);
    if (!known) return this.refuse(lease);
    const written = await this.transaction(known.stackId, async (tx, stack) => {
      const update = await this.updates.lock(tx, known.id);
      if (!update || whyNot(lease.updateId, update)) return false;
      await work(tx, update, stack);
      return true;
    });
    if (!written) await this.refuse(lease);
  }

  /** Says why a lease was not good for a write, and tells the run's owner. */
  async refuse(lease: UpdateLease): Promise<never> {
    const update = await this.updates.byLease(lease);
    this.observers.of(update?.runId)?.refused();
    throw (
      whyNot(lease.updateId, update) ??
      new PulumiApiError(409, `Conflict: The update ${lease.updateId} does not take this kind of write.`)
    );
  }

  /** What the stack holds, the journal of the update that runs or was cut off included. Both must be locked. */
  async folded(tx: Tx, stack: StackWithState): Promise<VersionedDeployment> {
    const entries = stack.activeUpdate === null ? [] : await this.journal.entries(tx, stack.activeUpdate);
    return foldJournal(stack.state, entries, new Date().toISOString());
  }

  /** Ends an update; what it did becomes the stack's state of its version. Both must be locked. */
  async end(tx: Tx, stack: StackWithState, update: Update, state: UpdateState): Promise<void> {
    let resourceCount: number | undefined;
    if (!update.dryRun && update.state === 'running') {
      const folded = await this.folded(tx, stack);
      await this.stacks.saveState(tx, stack.id, update.version, folded);
      await this.journal.clear(tx, update.id);
      resourceCount = folded.deployment.resources?.length ?? 0;
    }
    await this.updates.end(tx, update.id, state, resourceCount);
  }
}
