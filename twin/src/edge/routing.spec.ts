import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { requestHeaders } from './forwarded-headers.js';
import { commonHostname, hostnameMatches, hostnameOf } from './host-name.js';
import { selects } from './label-selector.js';
import { isHidden } from './request-path.js';
import { noHeaderChange, RouteTable, type RouteRule } from './route-table.js';

describe('A Host header', () => {
  it.each([
    ['acme.example.test', 'acme.example.test'],
    ['ACME.Example.Test:8081', 'acme.example.test'],
    ['acme.example.test.', 'acme.example.test'],
    ['acme.example.test.:80', 'acme.example.test'],
    ['[::1]:8081', '[::1]'],
    ['a b', undefined],
    ['acme/..', undefined],
    ['acme@evil', undefined],
    ['', undefined],
    [undefined, undefined],
  ])('%s is the hostname %s', (host, hostname) => expect(hostnameOf(host)).toBe(hostname));

  it('with any port, case and root dot is the same hostname', () => {
    fc.assert(
      fc.property(
        fc.domain(),
        fc.constantFrom('', '.', ':80', '.:8081', ':65535'),
        fc.boolean(),
        (domain, more, upper) =>
          hostnameOf((upper ? domain.toUpperCase() : domain) + more) === domain.toLowerCase(),
      ),
    );
  });
});

describe('A wildcard', () => {
  it('covers what is below it and not itself', () => {
    expect(hostnameMatches('*.example.test', 'a.example.test')).toBe(true);
    expect(hostnameMatches('*.example.test', 'a.b.example.test')).toBe(true);
    expect(hostnameMatches('*.example.test', 'example.test')).toBe(false);
    expect(hostnameMatches('*.example.test', 'badexample.test')).toBe(false);
  });

  it('of a listener and a route have the narrower in common, and whoever it covers both cover', () => {
    const suffix = fc.constantFrom('test', 'a.test', 'b.a.test', 'c.test');
    const pattern = fc.tuple(fc.boolean(), suffix).map(([wild, name]) => (wild ? `*.${name}` : name));
    fc.assert(
      fc.property(pattern, pattern, suffix, (listener, route, hostname) => {
        const common = commonHostname(listener, route);
        const both = hostnameMatches(listener, hostname) && hostnameMatches(route, hostname);
        expect(common !== undefined && hostnameMatches(common, hostname)).toBe(both);
      }),
    );
  });
});

describe('The routes', () => {
  const rule = (route: string, more: Partial<RouteRule> = {}): RouteRule => ({
    namespace: 'n',
    route,
    createdAt: 0,
    order: 0,
    path: { kind: 'prefix', value: '/' },
    method: undefined,
    backends: [],
    headers: noHeaderChange,
    ...more,
  });
  const prefix = (value: string) => ({ path: { kind: 'prefix' as const, value } });
  const table = (...entries: [RouteRule, string[]][]): RouteTable => {
    const routes = new RouteTable();
    for (const [item, hostnames] of entries) routes.add(item, hostnames, { hostname: undefined });
    return routes.seal();
  };

  it('take an exact path before the longest prefix, and a prefix by whole segments', () => {
    const routes = table(
      [rule('root'), ['a.test']],
      [rule('long', prefix('/app/deep')), ['a.test']],
      [rule('short', prefix('/app')), ['a.test']],
      [rule('exact', { path: { kind: 'exact', value: '/app' } }), ['a.test']],
    );
    const found = (path: string) => routes.find('a.test', 'GET', path)?.route;
    expect(['/app', '/app/', '/app/x', '/app/deep', '/app/deeper', '/apple'].map(found)).toEqual([
      'exact',
      'short',
      'short',
      'long',
      'short',
      'root',
    ]);
  });

  it('take a whole hostname before a wildcard, and a longer wildcard before a shorter one', () => {
    const routes = table(
      [rule('any'), ['*.test']],
      [rule('longer'), ['*.b.test']],
      [rule('whole'), ['a.b.test']],
    );
    const found = (hostname: string) => routes.find(hostname, 'GET', '/')?.route;
    expect(['a.b.test', 'x.b.test', 'x.test', 'test'].map(found)).toEqual([
      'whole',
      'longer',
      'any',
      undefined,
    ]);
    expect(routes.knows('test')).toBe(false);
  });

  it('of two clients with one hostname give it to the older', () => {
    const routes = table(
      [rule('late', { createdAt: 2 }), ['a.test']],
      [rule('early', { createdAt: 1 }), ['a.test']],
    );
    expect(routes.find('a.test', 'GET', '/')?.route).toBe('early');
  });

  it('have only hostnames that their listener lets them have', () => {
    const routes = new RouteTable();
    routes.add(rule('r'), ['a.test', 'a.other'], { hostname: '*.test' });
    routes.seal();
    expect([routes.knows('a.test'), routes.knows('a.other')]).toEqual([true, false]);
  });

  it('can ask for a method', () => {
    const routes = table([rule('post', { method: 'POST' }), ['a.test']]);
    expect(routes.find('a.test', 'GET', '/')).toBeUndefined();
    expect(routes.find('a.test', 'POST', '/')?.route).toBe('post');
  });
});

describe('What a workload shows to the platform alone', () => {
  it('is hidden in whatever way its path is written', () => {
    const noise = fc.constantFrom('', '/', '/.', '/x/..', '/%2e', '//', '/x/%2E%2e', '/\\..');
    const written = fc.constantFrom(
      'metrics',
      '%6detrics',
      'm%65trics',
      'healthz',
      'healthz/ready',
      'METRICS',
    );
    const end = fc.constantFrom('', '/', '?a=b', '#x', ';x=1', '/.');
    fc.assert(
      fc.property(noise, written, end, (before, name, after) => {
        expect(isHidden(`${before}/${name}${after}`)).toBe(true);
      }),
    );
  });

  it('is hidden whenever a URL parser would take the path for it', () => {
    const piece = fc.constantFrom(
      '/',
      '.',
      '..',
      '%2e',
      'metrics',
      'x',
      '\\',
      '?',
      '#',
      '%6D',
      'etrics',
      ';',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
        const target = `/${pieces.join('')}`;
        const seen = URL.parse(`http://h${target}`);
        if (seen && decodeURIComponent(seen.pathname) === '/metrics') expect(isHidden(target)).toBe(true);
      }),
      { numRuns: 5_000 },
    );
  });

  it.each(['/', '/metricsx', '/a/metrics', '/health', '/?metrics', '/getCounter'])('is not %s', (path) =>
    expect(isHidden(path)).toBe(false),
  );
});

describe('A request on its way to a pod', () => {
  it('keeps its headers, but none that speak for the edge or for one connection', () => {
    const raw = [
      'A',
      '1',
      'X-Forwarded-For',
      'spoof',
      'X-Forwarded-Anything',
      'spoof',
      'Connection',
      'b, Close',
      'B',
      '2',
    ];
    const sent = requestHeaders(
      [...raw, 'TE', 'trailers', 'Upgrade', 'x', 'Cookie', 'c', 'Content-Length', '3'],
      {
        address: '192.0.2.7',
        protocol: 'http',
        host: 'a.test:1',
      },
    );
    expect(sent).toEqual([
      ...['A', '1', 'Cookie', 'c', 'Content-Length', '3'],
      ...[
        'host',
        'a.test:1',
        'x-forwarded-for',
        '192.0.2.7',
        'x-forwarded-proto',
        'http',
        'x-forwarded-host',
        'a.test:1',
      ],
    ]);
  });
});

describe('A label selector', () => {
  const labels = { tier: 'web' };
  it.each([
    [{ key: 'tier', operator: 'Exists', values: [] }, true],
    [{ key: 'none', operator: 'Exists', values: [] }, false],
    [{ key: 'none', operator: 'DoesNotExist', values: [] }, true],
    [{ key: 'tier', operator: 'In', values: ['web'] }, true],
    [{ key: 'tier', operator: 'NotIn', values: ['web'] }, false],
    [{ key: 'none', operator: 'NotIn', values: ['web'] }, true],
  ] as const)('%j of a web tier is %s', (requirement, expected) => {
    const matchExpressions = [{ ...requirement, values: [...requirement.values] }];
    expect(selects({ matchLabels: {}, matchExpressions }, labels)).toBe(expected);
  });

  it('wants all its labels', () => {
    expect(selects({ matchLabels: { tier: 'web', other: 'x' }, matchExpressions: [] }, labels)).toBe(false);
    expect(selects({ matchLabels: {}, matchExpressions: [] }, labels)).toBe(true);
  });
});
