import type { Tx } from '../unit-of-work.js';

type Headers = Readonly<Record<string, string>>;

/** What a route answers when status or headers are not the plain ones. */
export class Answer<Body = unknown> {
  constructor(
    readonly status: number,
    readonly body: Body,
    readonly headers: Headers = {},
    /** What a replay of this answer shows instead: the body without the secrets that are shown once. */
    readonly replayBody: unknown = body,
  ) {}
}

/** 202 with the operation that does the work. */
export function accepted<Operation extends { readonly id: string }>(operation: Operation): Answer<Operation> {
  return new Answer(202, operation, { location: `/v1/operations/${operation.id}` });
}

/** 200 with the resource's entity tag. */
export function tagged<Body>(body: Body, etag: string): Answer<Body> {
  return new Answer(200, body, { etag });
}

/**
 * What a route returns that makes its change in several short transactions of its own, since repeating it is harmless
 * (`piecewise` in its declaration).
 */
export class Piecewise {
  constructor(readonly run: () => Promise<Answer>) {}
}

/**
 * What a route that changes something returns: the change, to be made inside one transaction. The reply interceptor runs
 * it, so that the record of an Idempotency-Key commits with the change it belongs to, or not at all.
 */
export type Command = (tx: Tx) => Promise<Answer>;
