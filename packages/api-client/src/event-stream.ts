import { createParser, type EventSourceMessage } from 'eventsource-parser';
import { toApiError, UnreachableError } from './api-error.js';
import type { ApiOptions } from './client.js';

/** One connection to a stream of server-sent events; ends when the server ends it. */
export interface StreamRequest extends ApiOptions {
  path: string;
  lastEventId?: string | undefined;
  signal?: AbortSignal | undefined;
}

/**
 * Reads server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html) of one connection.
 * @throws ApiError for a refusal, UnreachableError when the connection cannot be made or breaks.
 */
export async function* readEvents(
  request: StreamRequest,
): AsyncGenerator<EventSourceMessage, void, undefined> {
  const response = await open(request);
  if (!response.ok) throw toApiError(response, await response.json().catch(() => undefined));
  if (response.body === null) return;
  const ready: EventSourceMessage[] = [];
  const parser = createParser({ onEvent: (event) => ready.push(event) });
  try {
    for await (const text of response.body.pipeThrough(new TextDecoderStream())) {
      parser.feed(text);
      yield* ready.splice(0);
    }
  } catch (cause) {
    if (request.signal?.aborted === true) return;
    throw new UnreachableError(request.baseUrl, { cause });
  }
}

async function open({
  baseUrl,
  apiKey,
  path,
  lastEventId,
  signal,
  fetch: fetchOnce = fetch,
}: StreamRequest): Promise<Response> {
  const headers = new Headers({ accept: 'text/event-stream' });
  if (apiKey !== undefined) headers.set('authorization', `Bearer ${apiKey}`);
  if (lastEventId !== undefined) headers.set('last-event-id', lastEventId);
  try {
    return await fetchOnce(new Request(new URL(path, baseUrl), { headers, signal: signal ?? null }));
  } catch (cause) {
    throw new UnreachableError(baseUrl, { cause });
  }
}
