import type { Command, Outcome } from './command.js';
import type { Forwarder } from './forwarder.js';
import type { GroupCommit } from './group-commit.js';
import type { Lease } from './lease.js';
import type { ShardLease } from './shard-lease.js';

/** What other replicas make of a shard: who leads it, and the way there. */
export interface Leading {
  readonly lease: ShardLease;
  readonly forwarder: Forwarder;
}

/** A command's way to its shard: written here, or by the replica that leads it. */
export class ShardWay {
  constructor(
    readonly local: GroupCommit,
    /** Absent: other replicas cannot be reached. */
    readonly leading?: Leading,
  ) {}

  submit(command: Command): Promise<Outcome> {
    if (this.leading === undefined) return this.write(command);
    const leader = this.leading.lease.leader();
    if (leader instanceof Promise) return leader.then((known) => this.sent(command, known));
    return this.sent(command, leader);
  }

  /** Releases the holds that have expired of at most so many accounts, unless another replica leads. @returns how many there were. */
  async releaseExpired(limit: number): Promise<number> {
    if ((await this.leading?.lease.leader()) !== undefined) return 0;
    const names = await this.local.alone((shard) => shard.expired(limit));
    await Promise.all(names.map((account) => this.write({ type: 'open', account })));
    return names.length;
  }

  /** Commands that wait. */
  get length(): number {
    return this.local.length + (this.leading?.forwarder.length ?? 0);
  }

  private sent(command: Command, leader: Lease | undefined): Promise<Outcome> {
    return leader === undefined || this.leading === undefined
      ? this.write(command)
      : this.leading.forwarder.submit(command);
  }

  private async write(command: Command): Promise<Outcome> {
    const [outcome] = (await this.local.submit({ commands: [command] })) ?? [];
    if (outcome === undefined) throw new Error('The ledger has decided fewer commands than it was given.');
    return outcome;
  }
}
