import { setTimeout as wait } from 'node:timers/promises';
import { DataUnavailableError, OutcomeUnknownError } from '@leasehold/tenant-data';
import type { Command, Outcome } from './command.js';
import type { ForwardMark, GroupOutcomes } from './group.js';
import { within, type GroupCommit } from './group-commit.js';
import type { Lease } from './lease.js';
import type { Peers } from '../peers/peers.js';
import type { ShardLease } from './shard-lease.js';

export interface ForwarderOptions {
  readonly index: number;
  readonly lease: ShardLease;
  readonly local: GroupCommit;
  readonly peers: Peers;
  readonly newId: () => string;
  /** How many shards this replica leads. */
  readonly leads: () => number;
  /** Commands whose callers were told that the outcome is not known, and that turned out to be applied. */
  readonly onLateCommit: (commands: readonly Command[]) => void;
}

interface Waiting {
  readonly command: Command;
  readonly bytes: number;
  readonly resolve: (outcome: Outcome) => void;
  readonly reject: (error: unknown) => void;
}

/** What one message holds, in bytes of JSON: less than a pod reads of a body. */
const mostBytes = 48 * 1024;
const mostWaiting = 5_000;
const lingerMs = { least: 4, most: 20 };
const longestRetryMs = 30_000;

/**
 * Sends a shard's commands to the replica that leads it, those that come while a message is under way together in the next one. When the
 * leader does not answer, they are carried out here under the same mark: the journal then shows which of the two was first.
 */
export class Forwarder {
  /** Forwards whose fate is still being found out. */
  inDoubt = 0;
  private waiting: Waiting[] = [];
  private running = false;
  private version = 0;
  private readonly stopping = new AbortController();

  constructor(private readonly options: ForwarderOptions) {}

  /** @throws OutcomeUnknownError when that cannot be known; DataUnavailableError when nothing was changed. */
  submit(command: Command): Promise<Outcome> {
    if (this.waiting.length >= mostWaiting)
      return Promise.reject(
        new DataUnavailableError('Too many calls wait for the ledger; nothing was charged.'),
      );
    const bytes = Buffer.byteLength(JSON.stringify(command));
    return new Promise((resolve, reject) => {
      this.waiting.push({ command, bytes, resolve, reject });
      if (!this.running) void this.run();
    });
  }

  get length(): number {
    return this.waiting.length;
  }

  close(): void {
    this.stopping.abort();
  }

  private async run(): Promise<void> {
    this.running = true;
    // What comes in the same turn of the event loop goes into the first message.
    await Promise.resolve();
    while (this.waiting.length > 0) {
      const batch = this.waiting.splice(0, this.countOfNext());
      const began = performance.now();
      try {
        const outcomes = await this.outcomesOf(batch.map(({ command }) => command));
        batch.forEach(({ resolve }, index) => resolve(outcomeAt(outcomes, index)));
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
      // As in a group commit: in company, a few large messages serve all of them sooner than many small ones.
      if (batch.length > 1) await wait(within(lingerMs, (performance.now() - began) / 4));
    }
    this.running = false;
  }

  private countOfNext(): number {
    let room = mostBytes;
    const over = this.waiting.findIndex(({ bytes }) => (room -= bytes) < 0);
    return over === -1 ? this.waiting.length : Math.max(1, over);
  }

  private async outcomesOf(commands: readonly Command[]): Promise<GroupOutcomes> {
    const leader = await this.options.lease.leader();
    if (leader === undefined) return this.options.local.submit({ commands });
    return (
      (await this.forwarded(leader, commands)) ??
      (await this.forwarded(leader, commands)) ??
      Promise.reject(new DataUnavailableError('The ledger has moved on too fast; nothing was charged.'))
    );
  }

  /** @returns undefined when the leader has stored nothing, because the version that this replica knows is too old. */
  private async forwarded(leader: Lease, commands: readonly Command[]): Promise<GroupOutcomes> {
    const { index: shard, peers, lease, leads, newId } = this.options;
    const mark: ForwardMark = { id: newId(), after: Math.max(this.version, leader.version) };
    try {
      const answer = await peers.send(leader, { ...mark, shard, leads: leads(), commands });
      this.version = answer.version;
      lease.trust();
      if (answer.yours) void lease.take();
      return answer.outcomes ?? undefined;
    } catch (error) {
      if (error instanceof DataUnavailableError) throw error;
      lease.distrust();
      return await this.carriedOut(commands, mark, error);
    }
  }

  private async carriedOut(
    commands: readonly Command[],
    forward: ForwardMark,
    cause: unknown,
  ): Promise<GroupOutcomes> {
    try {
      const outcomes = await this.options.local.submit({ commands, forward, foreign: true });
      if (outcomes !== undefined) return outcomes;
      cause = new Error('The shard does not remember the forward.');
    } catch (error) {
      cause = error;
    }
    void this.makeGood(commands, forward);
    throw new OutcomeUnknownError('The replica that leads the shard has not answered.', { cause });
  }

  /** Finds out whether a forward was stored, and sees to it that it never will be if it was not. */
  private async makeGood(commands: readonly Command[], forward: ForwardMark): Promise<void> {
    this.inDoubt += 1;
    for (let delay = 250; !this.stopping.signal.aborted; delay = Math.min(longestRetryMs, 2 * delay)) {
      try {
        const outcomes = await this.options.local.submit({ commands, forward, foreign: true, void: true });
        const late = commands.filter((_, index) => outcomes?.[index]?.result === 'done');
        if (late.length > 0) this.options.onLateCommit(late);
        break;
      } catch (error) {
        if (!(error instanceof DataUnavailableError || error instanceof OutcomeUnknownError)) throw error;
        await wait(delay * (0.5 + Math.random() / 2), undefined, { ref: false });
      }
    }
    this.inDoubt -= 1;
  }
}

function outcomeAt(outcomes: GroupOutcomes, index: number): Outcome {
  const outcome = outcomes?.[index];
  if (outcome === undefined) throw new Error('The ledger has decided fewer commands than it was given.');
  return outcome;
}
