import type { Tx } from '../platform/unit-of-work.js';
import { applyDelta } from './checkpoints/apply-delta.js';
import type { JournalRepository } from './journal/journal.repository.js';
import { PulumiApiError } from './pulumi-api-error.js';
import type { RunObservers } from './run-observers.js';
import type { StacksRepository } from './stacks.repository.js';
import type { UpdateWriter } from './update-writer.js';
import type { Update, UpdateLease, UpdatesRepository } from './updates.repository.js';
import {
  emptyDeployment,
  fromUntyped,
  untypedDeployment,
  type VersionedDeployment,
} from './wire/deployment.js';
import type { EngineEvent } from './wire/engine-event.js';
import type { JournalEntry } from './wire/journal-entry.js';
import type { TextEdit } from './wire/requests.js';

/**
 * What a running update reports: journal entries, or checkpoints from a CLI that keeps no journal, and engine events.
 * Each write is refused when the lease has run out or was taken over.
 */
export class ProgressService {
  constructor(
    private readonly stacks: StacksRepository,
    private readonly updates: UpdatesRepository,
    private readonly journal: JournalRepository,
    private readonly writer: UpdateWriter,
    private readonly observers: RunObservers,
  ) {}

  /** Idempotent: entries that are there already change nothing. */
  async append(lease: UpdateLease, entries: readonly JournalEntry[]): Promise<void> {
    if (entries.length === 0) return;
    const appended = await this.journal.append(lease, entries);
    if (!appended.allowed) return this.writer.refuse(lease);
    if (appended.contradictions > 0)
      throw new PulumiApiError(
        409,
        'A journal entry of this sequence number was written before with other content.',
      );
  }

  /** A whole checkpoint; `undefined` clears the state. */
  async checkpoint(lease: UpdateLease, state: VersionedDeployment | undefined): Promise<void> {
    await this.#write(lease, (tx, update) =>
      this.stacks.saveState(tx, update.stackId, update.version, state ?? emptyDeployment),
    );
  }

  /** A whole checkpoint whose bytes are kept, since deltas to them may follow. A repeated or late one changes nothing. */
  async verbatimCheckpoint(lease: UpdateLease, sequence: number, text: Buffer): Promise<void> {
    await this.#write(lease, (tx, update) => this.#save(tx, update, sequence, text));
  }

  /** @throws PulumiApiError 400 when the delta does not fit; the CLI then sends the whole checkpoint */
  async deltaCheckpoint(
    lease: UpdateLease,
    delta: { sequence: number; edits: readonly TextEdit[]; sha256: string },
  ): Promise<void> {
    await this.#write(lease, async (tx, update) => {
      if (delta.sequence <= update.checkpointSequence) return;
      const before = await this.updates.checkpointText(tx, update.id);
      const after = before && applyDelta(before, delta.edits, delta.sha256);
      if (!after) throw new PulumiApiError(400, 'The delta does not fit the last checkpoint.');
      await this.#save(tx, update, delta.sequence, after);
    });
  }

  async events(lease: UpdateLease, events: readonly EngineEvent[]): Promise<void> {
    const changes =
      events.find(({ summaryEvent }) => summaryEvent)?.summaryEvent?.resourceChanges ?? undefined;
    const noted = await this.updates.noteEvents(lease, changes);
    if (!noted) return this.writer.refuse(lease);
    this.observers.of(noted.runId)?.engineEvents(events);
  }

  async #write(lease: UpdateLease, write: (tx: Tx, update: Update) => Promise<void>): Promise<void> {
    await this.writer.write(lease, async (tx, update) => {
      if (update.dryRun) throw new PulumiApiError(409, 'A preview changes no state.');
      await write(tx, update);
    });
  }

  async #save(tx: Tx, update: Update, sequence: number, text: Buffer): Promise<void> {
    if (sequence <= update.checkpointSequence) return;
    const state = fromUntyped(untypedDeployment.parse(JSON.parse(text.toString())));
    await this.stacks.saveState(tx, update.stackId, update.version, state);
    await this.updates.noteCheckpoint(tx, update.id, sequence, text);
  }
}
