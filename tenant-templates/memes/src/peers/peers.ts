/** How the replicas of a tenant talk to each other about shards. */
import type { Command, Outcome } from '../ledger/command.js';
import type { ForwardMark } from '../ledger/group.js';
import type { Lease } from '../ledger/lease.js';

/** Commands that a replica sends to the one that leads their shard. */
export interface ForwardMessage extends ForwardMark {
  readonly shard: number;
  /** How many shards the sender leads. */
  readonly leads: number;
  readonly commands: readonly Command[];
}

export interface ForwardAnswer {
  /** The shard's version after it. */
  readonly version: number;
  /** null: nothing was stored, because the shard does not remember all that came after the forward's mark. */
  readonly outcomes: readonly Outcome[] | null;
  /** The leader gives the shard to the sender. */
  readonly yours: boolean;
}

export interface Peers {
  /** @throws DataUnavailableError when nothing was changed; any other error leaves that open. */
  send(leader: Lease, message: ForwardMessage): Promise<ForwardAnswer>;
}
