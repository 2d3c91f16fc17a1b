import { resourceTypes } from '../../inventory/resource-types.js';
import { at, type JsonObject } from '../../inventory/json.js';
import type { Reference } from '../../inventory/resource.js';
import { filledText, flag, object, text, type TextRule, type Violation } from '../shape/shape.js';
import type { TypeRule } from '../type-rule.js';
import { knownTexts, providerFields } from './cloud-rule.js';

/** cloud.google.com/storage/docs/managed-folders: at most 15 levels, ends with "/". */
const folderName: TextRule = (value) => {
  if (!value.endsWith('/')) return 'must end with "/"';
  if (value.startsWith('/') || value.includes('//')) return 'must not start with "/" or contain "//"';
  if (value.split('/').length - 1 > 15) return 'must not be deeper than 15 folders';
  return Buffer.byteLength(value) <= 1024 ? undefined : 'must be at most 1024 bytes';
};

function references(inputs: JsonObject): Reference[] {
  const [bucket] = knownTexts(inputs, 'bucket') ?? [];
  return bucket === undefined ? [] : [{ type: resourceTypes.bucket, scope: '', name: bucket }];
}

/** Managed folders exist only where objects have no access lists of their own (same source). */
function admit(_inputs: JsonObject, [bucket]: readonly JsonObject[]): Violation[] {
  if (bucket === undefined || at(bucket, 'uniformBucketLevelAccess') === true) return [];
  return [{ path: 'bucket', reason: 'must have uniformBucketLevelAccess: true' }];
}

/** storage.ManagedFolder. */
export const rule: TypeRule = {
  token: resourceTypes.managedFolder,
  provider: 'gcp',
  shape: object({ bucket: filledText, name: text(folderName) }, { forceDestroy: flag, ...providerFields }),
  immutable: ['bucket', 'name'],
  identity: (inputs) => {
    const [scope, name] = knownTexts(inputs, 'bucket', 'name') ?? [];
    if (scope === undefined || name === undefined) return undefined;
    return { scope, name, externalId: `${scope}/${name}` };
  },
  references,
  admit,
  outputs: ({ spec, scope, name, createdAt, updatedAt, generation }) => ({
    ...spec,
    selfLink: `https://www.googleapis.com/storage/v1/b/${scope}/managedFolders/${encodeURIComponent(name)}`,
    createTime: createdAt.toISOString(),
    updateTime: updatedAt.toISOString(),
    metageneration: String(generation),
  }),
  computed: ['selfLink', 'createTime', 'updateTime', 'metageneration'],
};
