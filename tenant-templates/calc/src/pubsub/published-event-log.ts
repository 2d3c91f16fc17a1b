import type { Command, Outcome } from '../commands/command.js';
import type { CommandState, EventLog, ReadFrom } from '../events/event-log.js';
import type { SequencedEvent, Topic } from '../events/log-event.js';
import type { LogPublisher } from './log-publisher.js';

/** What a pod that stops spends on telling its last events. */
const closeMs = 5_000;

/** A log whose events are published as well. */
export class PublishedEventLog implements EventLog {
  constructor(
    private readonly log: EventLog,
    private readonly publisher: LogPublisher,
  ) {}

  publish(command: Command): Promise<string> {
    return this.log.publish(command);
  }

  record(command: Command, outcome: Outcome): void {
    this.log.record(command, outcome);
  }

  stateOf(id: string): Promise<CommandState | undefined> {
    return this.log.stateOf(id);
  }

  read(
    topic: Topic | undefined,
    after: ReadFrom,
    signal: AbortSignal,
  ): Promise<AsyncIterable<readonly SequencedEvent[]>> {
    return this.log.read(topic, after, signal);
  }

  pending(): number {
    return this.log.pending() + this.publisher.waiting;
  }

  start(): void {
    this.log.start();
    this.publisher.start();
  }

  async close(): Promise<void> {
    await this.log.close();
    await this.publisher.close(closeMs);
  }
}
