import type { ServerHttp2Stream } from 'node:http2';
import type { Caller } from '../access/callers.js';

/** One call of a tenant's pod, its only message already taken from its frame. */
export interface Call {
  readonly caller: Caller;
  readonly message: Buffer;
  readonly stream: ServerHttp2Stream;
  /** The caller's `bigtable-features` header, which says what its client understands. */
  readonly features: string | undefined;
  /** What the call charges, if it changes a row. */
  readonly tokens: number;
}

/** The messages to answer with, or nothing when the handler has answered itself. */
export type Handler = (call: Call) => Promise<readonly Buffer[] | 'answered'>;
