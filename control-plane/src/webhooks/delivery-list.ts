import { integer, List, oneOf, text, time } from '../platform/lists/list.js';
import { deliverySchema } from './webhook.schema.js';

const { cause, state } = deliverySchema.shape;

/** Those of one webhook. */
export const deliveryList = new List({
  name: 'webhook-deliveries',
  key: 'id',
  fields: {
    id: text('id'),
    messageId: text('message_id'),
    type: text('type'),
    cause: oneOf('cause', cause.options),
    state: oneOf('state', state.options),
    attempts: integer('attempts'),
    lastStatus: integer('last_status'),
    createdAt: time('created_at'),
    endedAt: time('ended_at'),
  },
  unordered: ['lastStatus', 'endedAt'],
  defaultOrder: 'id desc',
});
