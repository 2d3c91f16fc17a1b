import type { SequencedEvent } from '../events/log-event.js';

/** Where events are told: one topic for commands, one for results. */
export interface EventTopics {
  /**
   * Tells events, each topic's in their order. Resolves when all are kept there; to be repeated as a whole when it rejects, since
   * some of them may be.
   */
  publish(events: readonly SequencedEvent[]): Promise<void>;
  close(): Promise<void>;
}
