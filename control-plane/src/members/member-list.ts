import { List, text, time } from '../platform/lists/list.js';

export const memberList = new List({
  name: 'members',
  key: 'id',
  fields: {
    id: text('id'),
    subject: text('subject'),
    email: text('email'),
    displayName: text('display_name'),
    createdAt: time('created_at'),
  },
  unordered: ['email'],
  defaultOrder: 'createdAt desc',
});
