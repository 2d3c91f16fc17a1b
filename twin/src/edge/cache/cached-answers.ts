import type { ClientRequest } from '../client-answer.js';
import { directivesOf, freshSeconds, headerMap, tagMatches, varyOf } from './cache-control.js';
import { CacheStore, textOf, type CacheKey, type Kept } from './cache-store.js';
import type { CachePolicy } from './cache-policy.js';

/** The name of the edge's cache in Cache-Status: RFC 9211. */
const name = 'leasehold-edge';

export interface CacheLimits {
  /** Of all answers together. */
  maxBytes: number;
  /** Of one answer; Cloud CDN's limit for answers that are not asked for in ranges. */
  maxAnswerBytes: number;
}
export const defaultCacheLimits: CacheLimits = {
  maxBytes: 64 * 1024 * 1024,
  maxAnswerBytes: 10 * 1024 * 1024,
};

const mostPassing = 10_000;

/** What a request may be answered with from the cache. */
export interface Asking {
  key: CacheKey;
  method: string;
  /** The request's headers by lower-case name. */
  headers: ReadonlyMap<string, readonly string[]>;
  policy: CachePolicy;
}

/** An answer of the cache itself. */
export interface FromCache {
  status: number;
  headers: string[];
  body: Buffer;
}

/** What a request that goes to the origin is sent with, and how its answer is taken. */
export interface Fill {
  /** Headers that make the origin say whether what is kept still holds. */
  conditions: readonly string[];
  tap: Tap;
}

/** Sees an origin's answer on its way to the client. */
export interface Tap {
  /** What happens to the answer: it goes on with these headers beside its own, or the cache's goes in its place. */
  begun(status: number, headers: readonly string[]): { add: readonly string[] } | { instead: FromCache };
  data(chunk: Buffer): void;
  /** @param whole whether the answer came to its end */
  ended(whole: boolean): void;
}

/** The answers of origins, kept and given out again as their headers say: RFC 9111 as Cloud CDN follows it. */
export class CachedAnswers {
  private readonly store: CacheStore;
  /** Grows when something is to be forgotten: what was asked for before that is not kept. */
  private forgotten = 0;
  private readonly filling = new Map<string, Promise<undefined>>();
  /** Addresses whose last answer was not to be kept: nobody waits for those. */
  private readonly passing = new Set<string>();

  constructor(
    private readonly limits: CacheLimits = defaultCacheLimits,
    private readonly now: () => number = Date.now,
  ) {
    this.store = new CacheStore(limits.maxBytes);
  }

  /** Undefined when the request has to go to the origin. */
  answer(asking: Asking): FromCache | undefined {
    const kept = this.find(asking);
    if (kept === undefined || this.ttl(kept) <= 0) return undefined;
    return this.show(asking, kept, `hit; ttl=${String(this.ttl(kept))}`);
  }

  /** Resolves when the same address is no longer being fetched for somebody else; undefined when nobody fetches it. */
  others({ key, policy }: Asking): Promise<undefined> | undefined {
    const text = textOf(key);
    return policy.coalesce && !this.passing.has(text) ? this.filling.get(text) : undefined;
  }

  /** Of a request that goes to the origin now. */
  fill(asking: Asking): Fill {
    const stale = this.find(asking);
    const conditions =
      stale === undefined
        ? []
        : [
            ...(stale.etag === undefined ? [] : ['if-none-match', stale.etag]),
            ...(stale.lastModified === undefined ? [] : ['if-modified-since', stale.lastModified]),
          ];
    return { conditions, tap: this.tap(asking, stale) };
  }

  invalidate(hostname: string, path: string): void {
    this.forgotten += 1;
    this.store.invalidate(hostname, path);
  }

  clear(): void {
    this.forgotten += 1;
    this.store.clear();
  }

  private find({ key, headers }: Asking): Kept | undefined {
    return this.store.find(key, (header) => (headers.get(header) ?? []).join(','));
  }

  /** Seconds for which it is still fresh; none or less when it is stale. */
  private ttl({ madeAt, freshSeconds: fresh }: Kept): number {
    return fresh - Math.floor((this.now() - madeAt) / 1_000);
  }

  private show({ method, headers }: Asking, kept: Kept, status: string): FromCache {
    const added = [
      ...['age', String(Math.max(0, Math.floor((this.now() - kept.madeAt) / 1_000)))],
      ...['cache-status', `${name}; ${status}`],
    ];
    const asked = headers.get('if-none-match');
    if (asked && kept.etag !== undefined && tagMatches(asked, kept.etag)) {
      const shown = withoutBody(kept.headers);
      return { status: 304, headers: [...shown, ...added], body: Buffer.alloc(0) };
    }
    const body = method === 'HEAD' ? Buffer.alloc(0) : kept.body;
    return { status: kept.status, headers: [...kept.headers, ...added], body };
  }

  private tap(asking: Asking, stale: Kept | undefined): Tap {
    const text = textOf(asking.key);
    const settled = this.announce(text);
    const { forgotten } = this;
    let taken: { kept: Kept; chunks: Buffer[]; bytes: number } | undefined;
    const forward = `fwd=${stale === undefined ? 'uri-miss' : 'stale'}`;
    return {
      begun: (status, raw) => {
        if (status === 304 && stale !== undefined) {
          const renewed = this.renewed(asking, stale, raw);
          if (forgotten === this.forgotten) this.store.put(asking.key, renewed);
          settled();
          return { instead: this.show(asking, renewed, `fwd=stale; fwd-status=304`) };
        }
        const kept = this.keepable(asking, status, raw);
        this.remember(text, kept !== undefined);
        if (kept) taken = { kept, chunks: [], bytes: 0 };
        else settled();
        return { add: ['cache-status', `${name}; ${forward}${kept ? '; stored' : ''}`] };
      },
      data: (chunk) => {
        if (taken === undefined) return;
        taken.chunks.push(chunk);
        taken.bytes += chunk.length;
        if (taken.bytes <= this.limits.maxAnswerBytes) return;
        taken = undefined;
        settled();
      },
      ended: (whole) => {
        if (taken && whole && forgotten === this.forgotten)
          this.store.put(asking.key, { ...taken.kept, body: Buffer.concat(taken.chunks) });
        taken = undefined;
        settled();
      },
    };
  }

  private remember(text: string, keepable: boolean): void {
    this.passing.delete(text);
    if (keepable) return;
    this.passing.add(text);
    const [oldest] = this.passing;
    if (this.passing.size > mostPassing && oldest !== undefined) this.passing.delete(oldest);
  }

  /** Lets others wait for this fetch. @returns what ends their wait */
  private announce(text: string): () => void {
    if (this.filling.has(text)) return () => undefined;
    const { promise, resolve } = Promise.withResolvers<undefined>();
    this.filling.set(text, promise);
    return () => {
      if (this.filling.get(text) === promise) this.filling.delete(text);
      resolve(undefined);
    };
  }

  /** The answer to be kept, without its body; undefined when it may not be. */
  private keepable(asking: Asking, status: number, raw: readonly string[]): Kept | undefined {
    const headers = headerMap(raw);
    const directives = directivesOf(headers.get('cache-control') ?? []);
    const authorized = asking.headers.has('authorization');
    const fresh = freshSeconds({ status, directives, headers, authorized }, this.now());
    if (asking.method !== 'GET' || fresh === undefined) return undefined;
    const vary = new Map(
      varyOf(headers).map((header) => [header, (asking.headers.get(header) ?? []).join(',')]),
    );
    return {
      status,
      headers: without(raw, ['age', 'cache-status']),
      body: Buffer.alloc(0),
      vary,
      etag: headers.get('etag')?.[0],
      lastModified: headers.get('last-modified')?.[0],
      madeAt: this.now() - ageOf(headers) * 1_000,
      freshSeconds: fresh,
    };
  }

  /** The kept answer with what a 304 says anew: RFC 9111, section 3.2. */
  private renewed(asking: Asking, stale: Kept, raw: readonly string[]): Kept {
    const news = headerMap(raw);
    const said = without(raw, ['content-length', 'content-encoding', 'content-type', 'age', 'cache-status']);
    const headers = [
      ...without(
        stale.headers,
        [...news.keys()].filter((header) => !aboutBody(header)),
      ),
      ...said,
    ];
    return {
      ...(this.keepable(asking, stale.status, headers) ?? { ...stale, freshSeconds: 0 }),
      body: stale.body,
    };
  }
}

const aboutBody = (header: string): boolean => header.startsWith('content-');

function withoutBody(headers: readonly string[]): string[] {
  return without(headers, ['content-length', 'content-type', 'content-encoding']);
}

function without(raw: readonly string[], names: readonly string[]): string[] {
  const left: string[] = [];
  for (let index = 0; index + 1 < raw.length; index += 2) {
    const header = raw[index] ?? '';
    if (!names.includes(header.toLowerCase())) left.push(header, raw[index + 1] ?? '');
  }
  return left;
}

function ageOf(headers: ReadonlyMap<string, readonly string[]>): number {
  const age = headers.get('age')?.[0] ?? '';
  return /^\d{1,9}$/.test(age) ? Number(age) : 0;
}

/** How a request looks to the cache; undefined when it has no business with it: another method, or a part of an answer. */
export function askingOf(
  request: ClientRequest,
  place: Omit<CacheKey, 'target'> & { protocol: string },
  policy: CachePolicy,
  raw: readonly string[],
): Asking | undefined {
  const { method = 'GET', url = '/' } = request;
  if (method !== 'GET' && method !== 'HEAD') return undefined;
  const headers = headerMap(raw);
  const refuses = directivesOf(headers.get('cache-control') ?? []).has('no-store');
  if (refuses || headers.has('range') || headers.has('upgrade')) return undefined;
  const target = policy.keyHasQuery ? url : (url.split('?', 1)[0] ?? url);
  const rest = policy.keyHasProtocol ? `${place.protocol} ${place.rest}` : place.rest;
  return { method, headers, policy, key: { hostname: place.hostname, target, rest } };
}
