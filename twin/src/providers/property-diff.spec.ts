import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Json, JsonObject } from '../inventory/json.js';
import { diffProperties } from './property-diff.js';

const { object } = fc.letrec<{ value: Json; object: JsonObject }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.string(),
    fc.boolean(),
    fc.integer(),
    fc.array(tie('value')),
    tie('object'),
  ),
  object: fc.dictionary(
    fc.string().filter((key) => key !== '__proto__'),
    tie('value'),
  ),
}));

describe('the difference of two sets of properties', () => {
  it('names each property that was added, deleted or changed', () => {
    const olds = {
      spec: { replicas: 1, ports: [{ port: 80 }, { port: 81 }], gone: true },
      labels: { 'a/b': 'c' },
    };
    const news = { spec: { replicas: 2, ports: [{ port: 80 }], fresh: {} }, labels: { 'a/b': 'd' } };
    expect(diffProperties(olds, news, [])).toEqual([
      { path: 'labels["a/b"]', kind: 'update', replaces: false },
      { path: 'spec.fresh', kind: 'add', replaces: false },
      { path: 'spec.gone', kind: 'delete', replaces: false },
      { path: 'spec.ports[1]', kind: 'delete', replaces: false },
      { path: 'spec.replicas', kind: 'update', replaces: false },
    ]);
  });

  it.each([
    [{ spec: { selector: { app: 'b' } } }, true],
    [{ spec: { selector: 'b' } }, true],
    [{}, true],
    [{ spec: { selector: { app: 'a' }, selectors: 1 } }, false],
  ])('asks for a replacement when what cannot be changed differs: %j', (news, replaces) => {
    const changes = diffProperties({ spec: { selector: { app: 'a' } } }, news, ['spec.selector']);
    expect(changes.map((change) => change.replaces)).toEqual([replaces]);
  });

  it('is empty for equal ones, and as long in the other direction', () => {
    fc.assert(
      fc.property(object, object, (left, right) => {
        expect(diffProperties(left, structuredClone(left), [])).toEqual([]);
        expect(diffProperties(left, right, []).length).toBe(diffProperties(right, left, []).length);
      }),
    );
  });
});
