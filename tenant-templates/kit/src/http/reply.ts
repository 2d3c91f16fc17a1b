/** What a route answers. */
export interface Reply {
  status: number;
  headers?: Readonly<Record<string, string>>;
  body?: string | Buffer;
  /** A body that is sent piece by piece, in the place of `body`. */
  pieces?: AsyncIterable<Uint8Array | string>;
}

/** A text, as it is. */
export function text(body: string, headers: Readonly<Record<string, string>> = {}): Reply {
  return { status: 200, headers: { 'content-type': 'text/plain; charset=utf-8', ...headers }, body };
}

/** A JSON document. */
export function json(body: unknown, status = 200): Reply {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}

/**
 * An answer that is sent piece by piece, at the client's pace, for as long as there are pieces. A source that may wait for long ends with
 * the request's `signal`; an error in it cuts the answer off.
 */
export function stream(contentType: string, pieces: AsyncIterable<Uint8Array | string>): Reply {
  return { status: 200, headers: { 'content-type': contentType, 'cache-control': 'no-store' }, pieces };
}

/** nginx's number for a connection that the server closes without an answer: for the metrics, never sent. */
export const droppedStatus = 444;

/** No answer: the connection is closed. For a write whose outcome cannot be known, where every status would say too much. */
export function dropped(): Reply {
  return { status: droppedStatus };
}

/** A problem document (RFC 9457); `code` is stable, `detail` is a sentence for people. */
export function problem(
  status: number,
  code: string,
  detail: string,
  headers: Readonly<Record<string, string>> = {},
): Reply {
  return {
    status,
    headers: { 'content-type': 'application/problem+json', 'cache-control': 'no-store', ...headers },
    body: JSON.stringify({ type: 'about:blank', status, code, detail }),
  };
}

/** 503 with the time after which a client may try again. */
export function unavailable(detail: string, retryAfterSeconds = 1): Reply {
  return problem(503, 'unavailable', detail, { 'retry-after': String(retryAfterSeconds) });
}
