import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { directivesOf, freshSeconds, headerMap, tagMatches } from './cache-control.js';
import { CacheStore, type Kept } from './cache-store.js';

const now = Date.parse('2026-01-01T00:00:00Z');
const fresh = (headers: Record<string, string>, more: { status?: number; authorized?: boolean } = {}) => {
  const map = headerMap(Object.entries(headers).flat());
  const directives = directivesOf(map.get('cache-control') ?? []);
  return freshSeconds({ status: 200, authorized: false, ...more, directives, headers: map }, now);
};
const cc = (text: string) => ({ 'Cache-Control': text });

describe('An answer may be kept', () => {
  it.each<[string, Record<string, string>, number | undefined]>([
    ['for its max-age', cc('max-age=60'), 60],
    ['for its s-maxage before its max-age', cc('max-age=60, S-MaxAge="10"'), 10],
    [
      'until it expires',
      { Date: 'Thu, 01 Jan 2026 00:00:00 GMT', Expires: 'Thu, 01 Jan 2026 00:01:30 GMT' },
      90,
    ],
    ['not at all without a word of its origin', {}, undefined],
    ['not at all with no-store', cc('public, max-age=60, no-store'), undefined],
    ['not at all with private', cc('private, max-age=60'), undefined],
    ['not at all with a cookie', { ...cc('max-age=60'), 'Set-Cookie': 'a=b' }, undefined],
    [
      'not at all when it varies by what is not known',
      { ...cc('max-age=60'), Vary: 'Accept, Cookie' },
      undefined,
    ],
    ['not at all when it varies by everything', { ...cc('max-age=60'), Vary: '*' }, undefined],
    ['when it varies by encoding', { ...cc('max-age=60'), Vary: 'Accept-Encoding' }, 60],
    ['to be asked about each time with no-cache', { ...cc('no-cache'), ETag: '"1"' }, 0],
    ['not at all with no-cache and nothing to ask by', cc('no-cache'), undefined],
    ['as stale when its age makes no sense', cc('max-age=soon'), 0],
    ['as stale when its end makes no sense', { Expires: '0' }, 0],
    ['for its first max-age', cc('max-age=5, max-age=500'), 5],
  ])('%s', (_what, headers, seconds) => expect(fresh(headers)).toBe(seconds));

  it('for who is authorised only where its origin says that it is for all', () => {
    expect(fresh(cc('max-age=60'), { authorized: true })).toBeUndefined();
    expect(fresh(cc('public, max-age=60'), { authorized: true })).toBe(60);
    expect(fresh(cc('s-maxage=60'), { authorized: true })).toBe(60);
  });

  it('by status', () => {
    expect(fresh(cc('max-age=60'), { status: 404 })).toBe(60);
    for (const status of [206, 304, 400, 401, 500, 503])
      expect(fresh(cc('max-age=60'), { status })).toBeUndefined();
  });

  it('never, whatever else is said, when its origin forbids it', () => {
    const words = fc.array(
      fc.constantFrom('public', 'max-age=60', 's-maxage=9', 'must-revalidate', 'immutable'),
    );
    fc.assert(
      fc.property(words, fc.constantFrom('no-store', 'private', 'No-Store', 'private="x"'), (said, word) => {
        expect(fresh(cc([...said, word].join(', ')))).toBeUndefined();
        expect(fresh(cc([word, ...said].join(',')))).toBeUndefined();
      }),
    );
  });
});

describe('An entity tag', () => {
  it('is compared weakly, in lists, and * fits any', () => {
    expect(tagMatches(['"a", W/"b"'], '"b"')).toBe(true);
    expect(tagMatches(['*'], '"b"')).toBe(true);
    expect(tagMatches(['"a"'], '"b"')).toBe(false);
  });
});

describe('What is kept', () => {
  const kept = (bytes: number, vary: Record<string, string> = {}): Kept => ({
    ...{ status: 200, headers: [], body: Buffer.alloc(bytes), etag: undefined, lastModified: undefined },
    ...{ madeAt: 0, freshSeconds: 60, vary: new Map(Object.entries(vary)) },
  });
  const key = (target: string, hostname = 'a') => ({ hostname, target, rest: '' });
  const any = (): string => '';

  it('takes no more room than it may: what was not asked for the longest goes first', () => {
    const store = new CacheStore(10_000);
    for (const target of ['/1', '/2', '/3']) store.put(key(target), kept(2_000));
    store.find(key('/1'), any);
    store.put(key('/4'), kept(2_000));
    expect(['/1', '/2', '/3', '/4'].map((target) => store.find(key(target), any) !== undefined)).toEqual([
      ...[true, false, true, true],
    ]);
    store.put(key('/5'), kept(20_000));
    expect(store.find(key('/5'), any)).toBeUndefined();
  });

  it('is found by the headers that it varies by', () => {
    const store = new CacheStore(100_000);
    store.put(key('/'), kept(1, { accept: 'x' }));
    store.put(key('/'), kept(2, { accept: 'y' }));
    expect(store.find(key('/'), () => 'x')?.body).toHaveLength(1);
    expect(store.find(key('/'), () => 'z')).toBeUndefined();
  });

  it('is forgotten by hostname and path', () => {
    const store = new CacheStore(100_000);
    const targets = ['/a', '/a?q', '/a/b', '/ab', '/c'];
    const left = (): string[] => targets.filter((target) => store.find(key(target), any));
    for (const target of targets) store.put(key(target), kept(1));
    store.put(key('/a', 'b'), kept(1));
    store.invalidate('a', '/a');
    expect(left()).toEqual(['/a/b', '/ab', '/c']);
    store.invalidate('a', '/a/*');
    expect(left()).toEqual(['/ab', '/c']);
    store.invalidate('a', '/*');
    expect(left()).toEqual([]);
    expect(store.find(key('/a', 'b'), any)).toBeDefined();
  });
});
