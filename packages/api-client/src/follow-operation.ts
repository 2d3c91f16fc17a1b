import { setTimeout as delay } from 'node:timers/promises';
import { ApiError, UnreachableError } from './api-error.js';
import type { ApiOptions } from './client.js';
import { readEvents } from './event-stream.js';
import { parseOperationEvent, type OperationEvent } from './operation-event.js';

export interface FollowOptions extends ApiOptions {
  operationId: string;
  signal?: AbortSignal;
  /** How long to go on trying when nothing answers, in milliseconds; 60 s unless given. */
  patienceMs?: number;
  /** Told when the stream broke and is taken up again. */
  onReconnect?: (error: Error) => void;
}

const firstPauseMs = 250;
const longestPauseMs = 4_000;

/**
 * The events of an operation from its beginning to its end, each once and in order, over broken connections and restarts
 * of the server: a new connection goes on after the last event that was seen.
 * @throws ApiError for a refusal, UnreachableError when nothing answers for longer than the patience.
 */
export async function* followOperation(
  options: FollowOptions,
): AsyncGenerator<OperationEvent, void, undefined> {
  const { signal, patienceMs = 60_000, onReconnect } = options;
  const position = new Position();
  let pauseMs = firstPauseMs;
  while (signal?.aborted !== true) {
    const seen = position.lastEventId;
    try {
      yield* connection(options, position);
      if (position.isEnd()) return;
      throw new UnreachableError(options.baseUrl);
    } catch (error) {
      if (isAborted(signal)) return;
      if (!mayPass(error) || position.silentForMs() > patienceMs) throw error;
      onReconnect?.(error);
    }
    pauseMs = seen === position.lastEventId ? Math.min(pauseMs * 2, longestPauseMs) : firstPauseMs;
    await delay(pauseMs, undefined, signal === undefined ? {} : { signal }).catch(() => undefined);
  }
}

function isAborted(signal: AbortSignal | undefined): boolean {
  return signal?.aborted === true;
}

/** How far a reader has come. */
class Position {
  lastEventId: string | undefined;
  private ended = false;
  private heardAt = performance.now();

  saw(id: string | undefined, event: OperationEvent | undefined): void {
    this.lastEventId = id ?? this.lastEventId;
    this.heardAt = performance.now();
    if (event?.type === 'operation.state') this.ended = typeof event.data.endedAt === 'string';
  }

  /**
   * Whether a stream that the server ended means that there is no more: a server that stops ends its streams too. An
   * operation without any event has nothing to tell.
   */
  isEnd(): boolean {
    return this.ended || this.lastEventId === undefined;
  }

  silentForMs(): number {
    return performance.now() - this.heardAt;
  }
}

async function* connection(
  options: FollowOptions,
  position: Position,
): AsyncGenerator<OperationEvent, void, undefined> {
  const path = `/v1/operations/${encodeURIComponent(options.operationId)}/events`;
  for await (const { id, data } of readEvents({ ...options, path, lastEventId: position.lastEventId })) {
    const event = parseOperationEvent(data);
    position.saw(id, event);
    if (event !== undefined) yield event;
  }
}

/** A restart of the server shows as no answer, or as 503 while it starts. */
function mayPass(error: unknown): error is Error {
  if (error instanceof UnreachableError) return true;
  return error instanceof ApiError && (error.status === 503 || error.status === 429);
}
