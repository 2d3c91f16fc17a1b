import { Readable } from 'node:stream';
import { StreamableFile } from '@nestjs/common';
import { AppError } from '../app-error.js';

/** https://html.spec.whatwg.org/multipage/server-sent-events.html */
export interface ServerSentEvent {
  /** What a reconnecting client sends back as `Last-Event-ID`. */
  readonly id: number;
  readonly event: string;
  readonly data: unknown;
}

/** A comment now and then keeps proxies from closing a quiet stream. */
const heartbeatMs = 15_000;

/** An endless answer of server-sent events; it ends with the iterable. */
export function serverSentEvents(events: AsyncIterable<ServerSentEvent>): StreamableFile {
  return new StreamableFile(Readable.from(encode(events), { objectMode: false }), {
    type: 'text/event-stream; charset=utf-8',
  });
}

/** The position after which a client wants to go on; undefined when it has not seen any. */
export function lastEventId(header: unknown): number | undefined {
  if (header === undefined) return undefined;
  const position = typeof header === 'string' && /^\d{1,15}$/.test(header) ? Number(header) : undefined;
  if (position !== undefined) return position;
  throw new AppError('malformed', 'invalid_last_event_id', {
    publicMessage: 'Last-Event-ID must be the id of an event of this stream.',
    errors: [{ pointer: 'Last-Event-ID', message: 'must be the id of an event of this stream' }],
  });
}

async function* encode(events: AsyncIterable<ServerSentEvent>): AsyncGenerator<string> {
  // The first bytes go out at once, so that the client sees the answer's head before the first event.
  yield 'retry: 1000\n\n';
  const iterator = events[Symbol.asyncIterator]();
  let next = iterator.next();
  try {
    for (;;) {
      const result = await beforeHeartbeat(next);
      if (result === 'heartbeat') {
        yield ': still here\n\n';
        continue;
      }
      if (result.done) return;
      const { id, event, data } = result.value;
      yield `id: ${id}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
      next = iterator.next();
    }
  } finally {
    await iterator.return?.();
  }
}

async function beforeHeartbeat<T>(next: Promise<T>): Promise<T | 'heartbeat'> {
  let timer: NodeJS.Timeout | undefined;
  const heartbeat = new Promise<'heartbeat'>((resolve) => {
    timer = setTimeout(resolve, heartbeatMs, 'heartbeat');
  });
  try {
    return await Promise.race([next, heartbeat]);
  } finally {
    clearTimeout(timer);
  }
}
