import { List, text, time } from '../platform/lists/list.js';

export const callerKeyList = new List({
  name: 'caller-keys',
  key: 'id',
  fields: {
    id: text('id'),
    name: text('name'),
    expiresAt: time('expires_at'),
    createdAt: time('created_at'),
  },
  unordered: ['expiresAt'],
  defaultOrder: 'createdAt desc',
});
