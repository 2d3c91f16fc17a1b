import { resourceTypes } from '../../inventory/resource-types.js';
import { object, text, type TextRule } from '../shape/shape.js';
import type { TypeRule } from '../type-rule.js';
import { knownTexts, project, withProject } from './cloud-rule.js';
import { member, role } from './principal-rules.js';

/** cloud.google.com/secret-manager/docs/creating-and-accessing-secrets */
const secretId: TextRule = (value) =>
  /^[A-Za-z0-9_-]{1,255}$/.test(value) ? undefined : 'must be 1 to 255 letters, digits, "-" and "_"';

/**
 * secretmanager.SecretIamMember: one member with one role on one secret. The secret itself is made by people, beside the stacks, so
 * it is no reference.
 */
export const rule: TypeRule = {
  token: resourceTypes.secretIamMember,
  provider: 'gcp',
  shape: object({ project, secretId: text(secretId), role: text(role), member: text(member) }),
  immutable: ['project', 'secretId', 'role', 'member'],
  defaults: withProject,
  identity: (inputs) => {
    const values = knownTexts(inputs, 'project', 'secretId', 'role', 'member');
    if (!values) return undefined;
    const [projectId = '', secret = '', roleName = '', memberName = ''] = values;
    return {
      scope: `${projectId}/${secret}`,
      name: `${roleName} ${memberName}`,
      externalId: `projects/${projectId}/secrets/${secret} ${roleName} ${memberName}`,
    };
  },
  references: () => [],
  outputs: ({ spec, generation }) => ({ ...spec, etag: Buffer.from(String(generation)).toString('base64') }),
  computed: ['etag'],
};
