import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../inventory/json.js';
import type { Resource, ResourceDraft } from '../inventory/resource.js';
import { mayTakeOver } from './takeover.js';

function draft(provider: 'kubernetes' | 'gcp', owner: string, spec: JsonObject): ResourceDraft {
  return { cell: 'local', provider, type: 'type', scope: 's', name: 'n', externalId: 's/n', owner, spec };
}

function existing(provider: 'kubernetes' | 'gcp', owner: string, spec: JsonObject): Resource {
  const dates = { createdAt: new Date(0), updatedAt: new Date(0) };
  return { ...draft(provider, owner, spec), status: {}, uid: 'uid', generation: 1, ...dates };
}

const labelled = (labels: JsonObject, spec: JsonObject = {}): JsonObject => ({ metadata: { labels }, spec });
const tenant = (id: string): JsonObject => ({ 'leasehold.dev/tenant': id });
const managed = (instance: string): JsonObject => ({
  'app.kubernetes.io/managed-by': 'leasehold',
  'app.kubernetes.io/instance': instance,
});

describe('who may take over what exists', () => {
  it.each<[string, Resource, ResourceDraft, true | string]>([
    [
      'the same tenant, also from another stack',
      existing('kubernetes', 'p/a', labelled(tenant('t1'))),
      draft('kubernetes', 'p/b', labelled(tenant('t1'))),
      true,
    ],
    [
      'another tenant',
      existing('kubernetes', 'p/a', labelled(tenant('t1'))),
      draft('kubernetes', 'p/a', labelled(tenant('t2'))),
      'already exists and belongs to the tenant t1, not to the tenant t2',
    ],
    [
      'who names no tenant',
      existing('kubernetes', 'p/a', labelled(tenant('t1'))),
      draft('kubernetes', 'p/a', labelled({})),
      'already exists and belongs to the tenant t1, not to the stack p/a',
    ],
    [
      'the same manager and instance',
      existing('kubernetes', 'p/a', labelled(managed('x'))),
      draft('kubernetes', 'p/b', labelled(managed('x'))),
      true,
    ],
    [
      'another instance',
      existing('kubernetes', 'p/a', labelled(managed('x'))),
      draft('kubernetes', 'p/a', labelled(managed('y'))),
      'already exists and belongs to x, managed by leasehold, not to y, managed by leasehold',
    ],
    [
      'the same stack, without labels',
      existing('kubernetes', 'p/a', {}),
      draft('kubernetes', 'p/a', {}),
      true,
    ],
    [
      'the same stack in Google Cloud',
      existing('gcp', 'p/a', { ttl: 1 }),
      draft('gcp', 'p/a', { ttl: 2 }),
      true,
    ],
    [
      'another stack in Google Cloud, labels or not',
      existing('gcp', 'p/a', labelled(tenant('t1'))),
      draft('gcp', 'p/b', labelled(tenant('t1'))),
      'already exists and belongs to the stack p/a, not to the stack p/b',
    ],
    [
      'what cannot be changed',
      existing('gcp', 'p/a', labelled({}, { selector: { a: 'b' } })),
      draft('gcp', 'p/a', labelled({}, { selector: { a: 'c' } })),
      'already exists with another spec.selector, which cannot be changed: delete it first',
    ],
  ])('%s', (_name, there, wanted, answer) => {
    expect(mayTakeOver(there, wanted, ['spec.selector'])).toBe(answer);
  });
});
