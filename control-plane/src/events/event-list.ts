import { integer, List, text, time } from '../platform/lists/list.js';

/** A tenant's timeline, the newest first. */
export const eventList = new List({
  name: 'tenant-events',
  key: 'id',
  fields: {
    position: integer('position'),
    type: text('type'),
    operationId: text('operation_id'),
    at: time('at'),
  },
  unordered: ['operationId'],
  defaultOrder: 'position desc',
});
