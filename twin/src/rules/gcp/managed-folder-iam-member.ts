import { resourceTypes } from '../../inventory/resource-types.js';
import type { JsonObject } from '../../inventory/json.js';
import type { Reference } from '../../inventory/resource.js';
import { filledText, object, text } from '../shape/shape.js';
import type { TypeRule } from '../type-rule.js';
import { knownTexts } from './cloud-rule.js';
import { member, role } from './principal-rules.js';

function references(inputs: JsonObject): Reference[] {
  const [bucket, folder] = knownTexts(inputs, 'bucket', 'managedFolder') ?? [];
  if (bucket === undefined || folder === undefined) return [];
  return [{ type: resourceTypes.managedFolder, scope: bucket, name: folder }];
}

/** storage.ManagedFolderIamMember: one member with one role, in a folder's policy. */
export const rule: TypeRule = {
  token: resourceTypes.managedFolderIamMember,
  provider: 'gcp',
  shape: object({ bucket: filledText, managedFolder: filledText, role: text(role), member: text(member) }),
  immutable: ['bucket', 'managedFolder', 'role', 'member'],
  identity: (inputs) => {
    const values = knownTexts(inputs, 'bucket', 'managedFolder', 'role', 'member');
    if (!values) return undefined;
    const [bucket = '', folder = '', roleName = '', memberName = ''] = values;
    return {
      scope: `${bucket}/${folder}`,
      name: `${roleName} ${memberName}`,
      externalId: `b/${bucket}/managedFolders/${folder} ${roleName} ${memberName}`,
    };
  },
  references,
  outputs: ({ spec, generation }) => ({ ...spec, etag: Buffer.from(String(generation)).toString('base64') }),
  computed: ['etag'],
};
