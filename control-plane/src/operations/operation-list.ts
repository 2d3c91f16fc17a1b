import { List, oneOf, text, time } from '../platform/lists/list.js';
import { operationStates } from './operation.js';

export const operationList = new List({
  name: 'operations',
  key: 'id',
  fields: {
    id: text('id'),
    kind: text('kind'),
    subject: text('subject'),
    tenantId: text('tenant_id'),
    state: oneOf('state', operationStates),
    requestedBy: text('requested_by'),
    createdAt: time('created_at'),
    updatedAt: time('updated_at'),
    endedAt: time('ended_at'),
  },
  unordered: ['tenantId', 'endedAt'],
  defaultOrder: 'createdAt desc',
});
