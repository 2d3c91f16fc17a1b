import type { IncomingMessage } from 'node:http';
import type { Caller } from '../auth/caller.js';
import { traceparentOf, type RequestSpan } from '../tracing/request-tracer.js';
import { readBody } from './body.js';
import { clientAddressOf } from './client-address.js';
import type { Params } from './route-pattern.js';
import type { TenantRequest } from './route.js';

/** The path of a request target, without the query; a proxy may send the absolute form (RFC 9112, 3.2.2). */
export function pathOf(target: string): string {
  const absolute = target.startsWith('/') ? target : originForm(target);
  const query = absolute.indexOf('?');
  return query === -1 ? absolute : absolute.slice(0, query);
}

function originForm(target: string): string {
  return URL.canParse(target) ? new URL(target).pathname : target;
}

/** A request whose costly parts are made only when a route asks for them. */
export class IncomingRequest implements TenantRequest {
  caller: Caller | undefined;
  span: RequestSpan | undefined;

  constructor(
    private readonly raw: IncomingMessage,
    readonly path: string,
    readonly params: Params,
    readonly requestId: string,
    private readonly bodyLimitBytes: number,
    private readonly end: () => AbortSignal,
  ) {}

  get method(): string {
    return this.raw.method ?? 'GET';
  }

  get headers(): TenantRequest['headers'] {
    return this.raw.headers;
  }

  get traceparent(): string | undefined {
    return this.span?.traceparent ?? traceparentOf(this.raw.headers);
  }

  get clientAddress(): string {
    return clientAddressOf(this.raw);
  }

  get signal(): AbortSignal {
    return this.end();
  }

  get query(): URLSearchParams {
    const target = this.raw.url ?? '';
    const at = target.indexOf('?');
    return new URLSearchParams(at === -1 ? '' : target.slice(at + 1));
  }

  body(): Promise<Buffer> {
    return readBody(this.raw, this.bodyLimitBytes);
  }
}
