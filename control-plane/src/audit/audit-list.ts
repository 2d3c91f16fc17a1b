import { List, text, time } from '../platform/lists/list.js';

/** Who changed what, the newest first. */
export const auditList = new List({
  name: 'audit-events',
  key: 'id',
  fields: {
    id: text('id'),
    at: time('at'),
    actor: text('actor'),
    role: text('role'),
    action: text('action'),
    subject: text('subject'),
    tenantId: text('"tenantId"'),
    requestId: text('"requestId"'),
    route: text('route'),
    address: text('address'),
  },
  unordered: ['tenantId', 'route', 'address'],
  defaultOrder: 'id desc',
});
