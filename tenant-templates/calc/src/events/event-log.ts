import type { Command, Outcome } from '../commands/command.js';
import type { ResultEvent, SequencedEvent, Topic } from './log-event.js';

/** The log takes nothing at the moment. */
export class LogUnavailableError extends Error {
  override readonly name = 'LogUnavailableError';
}

/** What has become of a command. */
export type CommandState =
  { readonly state: 'pending' } | { readonly state: 'done'; readonly event: ResultEvent };

/** Behind which place reading begins; `oldest`: with the first event that is kept, `latest`: with the next one that comes. */
export type ReadFrom = number | 'oldest' | 'latest';

/** The log of commands and results, as the calculator uses it. */
export interface EventLog {
  /**
   * Adds a command that is to be executed. Resolves with its id once it is durable; it is executed exactly once.
   * @throws LogUnavailableError when it is not in the log, or not known to be.
   */
  publish(command: Command): Promise<string>;
  /** Adds a call that was answered already; never waits. What finds no room is lost, and counted. */
  record(command: Command, outcome: Outcome): void;
  /** What has become of a published or recorded command; undefined when there is none of this id. @throws TrimmedError */
  stateOf(id: string): Promise<CommandState | undefined>;
  /**
   * Events of a topic (or of both) after a place, in order, without loss or repeat: the past, then what comes, until the signal aborts.
   * They come in groups, each as large as was at hand. Rejects when the log does not answer.
   * @throws TrimmedError when the first of them is no longer kept, also later for a reader who is slow.
   */
  read(
    topic: Topic | undefined,
    after: ReadFrom,
    signal: AbortSignal,
  ): Promise<AsyncIterable<readonly SequencedEvent[]>>;
  /** Events and commands that are accepted and not yet in the log, or not yet executed. */
  pending(): number;
  /** Takes up what other replicas have left, and follows the log. */
  start(): void;
  /** Writes what it holds, and stops. */
  close(): Promise<void>;
}
