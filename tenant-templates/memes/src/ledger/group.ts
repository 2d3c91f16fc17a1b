import type { Command, Outcome } from './command.js';

/** Marks commands that one replica has sent to another: they are stored together, and once, whoever of the two stores them. */
export interface ForwardMark {
  readonly id: string;
  /** A version of the shard that was there before the forward was made. */
  readonly after: number;
}

/** Commands of one shard that go into one write, all of them or none. */
export interface Group {
  readonly commands: readonly Command[];
  readonly forward?: ForwardMark;
  /** Whoever made the forward tells the callers, and makes good what comes too late. */
  readonly foreign?: true;
  /** Unless the forward is stored already, it shall never be: its place is taken by nothing. */
  readonly void?: true;
}

/** What became of a group; undefined: nothing, since its forward is void, or since the shard no longer remembers whether it had stored it. */
export type GroupOutcomes = readonly Outcome[] | undefined;
