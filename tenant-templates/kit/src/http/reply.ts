/** What a route answers. */
export interface Reply {
  status: number;
  headers?: Readonly<Record<string, string>>;
  body?: string | Buffer;
}

/** A text, as it is. */
export function text(body: string, headers: Readonly<Record<string, string>> = {}): Reply {
  return { status: 200, headers: { 'content-type': 'text/plain; charset=utf-8', ...headers }, body };
}

/** A JSON document. */
export function json(body: unknown, status = 200): Reply {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
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
