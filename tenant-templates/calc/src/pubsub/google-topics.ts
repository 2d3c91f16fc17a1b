/** Loading this file loads Google's client (some 200 ms and 40 MB), so it is imported only where a tenant has topics. */
import { PubSub, type Topic } from '@google-cloud/pubsub';
import type { LogEvent, SequencedEvent } from '../events/log-event.js';
import type { EventTopics } from './event-topics.js';
import type { PubSubNames } from './pubsub-names.js';

/** One call, whatever it holds; whoever calls repeats it with what is still to be told. */
const callMs = 10_000;
/** Pub/Sub takes 1,000 messages and 10 MB in one call. https://cloud.google.com/pubsub/quotas#resource_limits */
const batching = { maxMessages: 500, maxBytes: 4 * 1024 * 1024, maxMilliseconds: 5 };

/** Two topics of Google Pub/Sub, ordered by tenant. */
export class GoogleTopics implements EventTopics {
  private readonly client: PubSub;
  private readonly topics: Readonly<Record<LogEvent['type'], Topic>>;

  /** @param tenant the ordering key: events of one tenant keep their order. */
  constructor(
    { project, commandsTopic, resultsTopic }: PubSubNames,
    private readonly tenant: string,
  ) {
    this.client = new PubSub({ projectId: project });
    const ordered = { messageOrdering: true, batching, gaxOpts: { timeout: callMs, retry: null } };
    this.topics = {
      command: this.client.topic(commandsTopic, ordered),
      result: this.client.topic(resultsTopic, ordered),
    };
  }

  async publish(events: readonly SequencedEvent[]): Promise<void> {
    const told = await Promise.allSettled(events.map((event) => this.tell(event)));
    const failed = told.find((each) => each.status === 'rejected');
    if (failed === undefined) return;
    // The client tells nothing more of a key after a failure, until it is told that it may.
    for (const topic of Object.values(this.topics)) topic.resumePublishing(this.tenant);
    throw new Error('Pub/Sub did not take the events.', { cause: failed.reason });
  }

  close(): Promise<void> {
    return this.client.close();
  }

  private tell({ sequence, attempt, event }: SequencedEvent): Promise<string> {
    return this.topics[event.type].publishMessage({
      data: Buffer.from(JSON.stringify(event)),
      orderingKey: this.tenant,
      attributes: { id: `${sequence}-${attempt}`, position: String(sequence), tenant: this.tenant },
    });
  }
}
