import { problem, stream, type Route, type TenantRequest } from '@leasehold/tenant-kit';
import { InvalidArgumentError } from '../commands/command-json.js';
import type { EventLog, ReadFrom } from '../events/event-log.js';
import type { Topic } from '../events/log-event.js';
import { eventStream } from './event-stream.js';
import { refusing } from './refusals.js';

/** `GET /v1/events`: the log as Server-Sent Events (https://html.spec.whatwg.org/multipage/server-sent-events.html). */
export function eventRoutes(log: EventLog): Route[] {
  return [
    {
      path: '/v1/events',
      methods: {
        GET: refusing(async (request) => {
          const { topic, after } = askedFor(request);
          const { signal } = request;
          return stream('text/event-stream', eventStream(await log.read(topic, after, signal), signal));
        }),
        // The answer to GET has no end, so HEAD is not GET without its body.
        HEAD: () => problem(405, 'method_not_allowed', 'This path answers GET only.', { allow: 'GET' }),
      },
    },
  ];
}

/** The place comes from the header when a browser takes the stream up again, else from the query. */
function askedFor({ query, headers }: TenantRequest): {
  topic: Topic | undefined;
  after: ReadFrom;
} {
  const last = headers['last-event-id'];
  const after = typeof last === 'string' && last !== '' ? last : (query.get('after') ?? '0');
  return { topic: parseTopic(query.get('topic')), after: isEnd(after) ? after : parsePlace(after) };
}

function parseTopic(topic: string | null): Topic | undefined {
  if (topic === null) return undefined;
  if (topic === 'commands' || topic === 'results') return topic;
  throw new InvalidArgumentError('topic must be commands or results; without it the log is told whole.');
}

function isEnd(after: string): after is 'oldest' | 'latest' {
  return after === 'oldest' || after === 'latest';
}

function parsePlace(text: string): number {
  const place = /^\d{1,16}$/.test(text) ? Number(text) : NaN;
  if (!Number.isSafeInteger(place))
    throw new InvalidArgumentError(
      'after (or Last-Event-ID) must be the id of an event, 0, oldest, or latest.',
    );
  return place;
}
