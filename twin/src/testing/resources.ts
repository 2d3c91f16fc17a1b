import type { JsonObject } from '../inventory/json.js';
import type { ResourceReader } from '../mirror/inventory-mirror.js';
import type { Resource } from '../inventory/resource.js';

/** A resource as the inventory gives it, for tests of what reads it. */
export function resource(type: string, scope: string, name: string, spec: JsonObject): Resource {
  const at = new Date(0);
  return {
    cell: 'local',
    provider: type.startsWith('gcp:') ? 'gcp' : 'kubernetes',
    type,
    scope,
    name,
    externalId: `${scope}/${name}`,
    owner: 'test/test',
    spec,
    status: {},
    uid: '00000000-0000-0000-0000-000000000000',
    generation: 1,
    createdAt: at,
    updatedAt: at,
  };
}

/** A reader over a fixed set of resources. */
export function readerOf(...resources: readonly Resource[]): ResourceReader {
  return {
    all: (type) => resources.filter((item) => item.type === type),
    get: ({ type, scope, name }) =>
      resources.find((item) => item.type === type && item.scope === scope && item.name === name),
  };
}
