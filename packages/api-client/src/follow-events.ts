import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { ApiError, UnreachableError } from './api-error.js';
import type { ApiOptions } from './client.js';
import { readEvents } from './event-stream.js';
import type { Event } from './schema.js';

export interface FollowEventsOptions extends ApiOptions {
  /** Of one tenant alone. */
  tenantId?: string;
  /** Of these types alone, such as `tenant.*`. */
  types?: readonly string[];
  /** Go on after this event; from now on when it is left out. */
  lastEventId?: string;
  signal?: AbortSignal;
  /** How long to go on trying when nothing answers, in milliseconds; 60 s unless given. */
  patienceMs?: number;
  /** Told when the stream broke and is taken up again. */
  onReconnect?: (error: Error) => void;
}

const event = z.object({
  position: z.int(),
  id: z.string(),
  type: z.string(),
  at: z.string(),
  tenantId: z.string().nullable(),
  operationId: z.string().nullable(),
  data: z.record(z.string(), z.unknown()),
}) satisfies z.ZodType<Event>;

const pauseMs = 1_000;
/** A connection that held this long was open: a stream may be silent for hours. */
const openAfterMs = 10_000;

/**
 * What happens, as it happens and without an end, over broken connections and restarts of the server: a new connection
 * goes on after the last event that was seen.
 * @throws ApiError for a refusal, UnreachableError when nothing answers for longer than the patience.
 */
export async function* followEvents(options: FollowEventsOptions): AsyncGenerator<Event, void, undefined> {
  const { signal, patienceMs = 60_000, onReconnect } = options;
  let { lastEventId } = options;
  let openAt = performance.now();
  while (signal?.aborted !== true) {
    const startedAt = performance.now();
    try {
      for await (const { id, data } of readEvents({ ...options, path: pathOf(options), lastEventId })) {
        openAt = performance.now();
        lastEventId = id ?? lastEventId;
        yield event.parse(JSON.parse(data));
      }
    } catch (error) {
      if (isAborted(signal)) return;
      const now = performance.now();
      if (now - startedAt > openAfterMs) openAt = now;
      if (!mayPass(error) || now - openAt > patienceMs) throw error;
      onReconnect?.(error);
    }
    await delay(pauseMs, undefined, signal === undefined ? {} : { signal }).catch(() => undefined);
  }
}

function isAborted(signal: AbortSignal | undefined): boolean {
  return signal?.aborted === true;
}

function pathOf({ tenantId, types }: FollowEventsOptions): string {
  const query = new URLSearchParams({
    ...(tenantId === undefined ? {} : { tenantId }),
    ...(types === undefined ? {} : { types: types.join(',') }),
  });
  return query.size === 0 ? '/v1/events' : `/v1/events?${query.toString()}`;
}

function mayPass(error: unknown): error is Error {
  if (error instanceof UnreachableError) return true;
  return error instanceof ApiError && (error.status === 503 || error.status === 429);
}
