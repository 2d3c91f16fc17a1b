import { z } from 'zod';
import type { StreamedEvent } from '../events/events.repository.js';
import type { ServerSentEvent } from '../platform/http/server-sent-events.js';
import type { Operation } from './operation.js';

const stateData = z.object({ endedAt: z.string().nullable() });

interface Source {
  /** The position up to which the reader has seen everything. */
  readonly seen: number;
  readonly events: AsyncGenerator<StreamedEvent, void, undefined>;
  current(): Promise<Pick<Operation, 'endedAt'>>;
  hasAfter(position: number): Promise<boolean>;
}

/**
 * An operation's events for one reader. The stream ends with the event of the end that the ledger names: an operation that
 * was resumed has earlier ends in its history. Who has seen that event already gets an empty stream.
 */
export async function* operationStream(source: Source): AsyncGenerator<ServerSentEvent, void, undefined> {
  if ((await source.current()).endedAt !== null && !(await source.hasAfter(source.seen))) return;
  for await (const event of source.events) {
    yield { id: event.position, event: event.type, data: event };
    if (event.type !== 'operation.state') continue;
    const { endedAt } = stateData.parse(event.data);
    if (endedAt !== null && endedAt === (await source.current()).endedAt) return;
  }
}
