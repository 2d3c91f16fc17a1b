import { boolean, List, text, time } from '../platform/lists/list.js';

export const webhookList = new List({
  name: 'webhooks',
  key: 'id',
  fields: {
    id: text('id'),
    tenantId: text('tenant_id'),
    url: text('url'),
    description: text('description'),
    enabled: boolean('enabled'),
    failingSince: time('failing_since'),
    lastSuccessAt: time('last_success_at'),
    createdAt: time('created_at'),
    updatedAt: time('updated_at'),
  },
  unordered: ['tenantId', 'failingSince', 'lastSuccessAt'],
  defaultOrder: 'id desc',
});
