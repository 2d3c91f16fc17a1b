import { describe, expect, it } from 'vitest';
import { PathError, withValue } from './json-change.js';

const document = {
  spec: { replicas: 1, ports: [{ name: 'a' }, { name: 'b' }] },
  metadata: { labels: { 'a.b/c': 'x' } },
};

describe('A document changed at a path', () => {
  it.each([
    ['spec.replicas', 3, { ...document, spec: { ...document.spec, replicas: 3 } }],
    [
      'spec.ports[1].name',
      'c',
      { ...document, spec: { ...document.spec, ports: [{ name: 'a' }, { name: 'c' }] } },
    ],
    ['spec.ports[0]', undefined, { ...document, spec: { ...document.spec, ports: [{ name: 'b' }] } }],
    ['metadata.labels["a.b/c"]', 'y', { ...document, metadata: { labels: { 'a.b/c': 'y' } } }],
    [
      'metadata.annotations.new',
      true,
      { ...document, metadata: { ...document.metadata, annotations: { new: true } } },
    ],
    ['spec', undefined, { metadata: document.metadata }],
  ])('%s', (path, value, expected) => {
    const before = structuredClone(document);
    expect(withValue(document, path, value)).toEqual(expected);
    expect(document).toEqual(before);
  });

  it.each(['', '.', 'spec..x', 'spec.ports[7].name', 'spec.replicas.x', '[0]', 'spec["', '__proto__.x'])(
    'has no path %s',
    (path) => expect(() => withValue(document, path, 1)).toThrow(PathError),
  );
});
