import { List, oneOf, text, time } from '../platform/lists/list.js';
import { everyRole } from '../platform/request-context.js';

export const apiKeyList = new List({
  name: 'api-keys',
  key: 'id',
  fields: {
    id: text('id'),
    name: text('name'),
    role: oneOf('role', everyRole),
    tenantId: text('tenant_id'),
    expiresAt: time('expires_at'),
    lastUsedAt: time('last_used_at'),
    createdAt: time('created_at'),
  },
  unordered: ['tenantId', 'expiresAt', 'lastUsedAt'],
  defaultOrder: 'createdAt desc',
});
