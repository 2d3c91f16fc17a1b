import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Metrics } from '../metrics/metrics.js';
import { text } from './reply.js';
import { RouteTable } from './route-table.js';

const table = (...paths: string[]): RouteTable =>
  new RouteTable(
    paths.map((path) => ({ path, methods: { GET: () => text('') } })),
    new Metrics(),
  );
const found = (routes: RouteTable, path: string): [string | undefined, object | undefined] => {
  const match = routes.find(path);
  return [match?.entry.route.path, match && { ...match.params }];
};

describe('a path', () => {
  const routes = table('/a', '/a/:x', '/a/b', '/a/:x/c', '/files/*', '/:any/:thing/end');

  it.each([
    ['/a', '/a', {}],
    ['/a/b', '/a/b', {}],
    ['/a/z', '/a/:x', { x: 'z' }],
    ['/a/z/c', '/a/:x/c', { x: 'z' }],
    ['/a/z%2Fc', '/a/:x', { x: 'z/c' }],
    ['/q/w/end', '/:any/:thing/end', { any: 'q', thing: 'w' }],
    ['/files/x', '/files/*', {}],
  ])('%s leads to %s', (path, route, params) => {
    expect(found(routes, path)).toEqual([route, params]);
  });

  it.each(['/a/', '/a//c', '/a/%zz', '/a/b/d', '/b', ''])('%j leads nowhere', (path) => {
    expect(found(routes, path)).toEqual([undefined, undefined]);
  });

  it('gives back every text that a client has encoded', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, unit: 'grapheme' }), (value) => {
        expect(found(routes, `/a/${encodeURIComponent(value)}/c`)).toEqual(['/a/:x/c', { x: value }]);
      }),
    );
  });
});
