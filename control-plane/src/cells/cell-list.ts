import { integer, List, oneOf, text, time } from '../platform/lists/list.js';
import { cellStates, environments, targetKinds } from './cell.schema.js';

export const cellList = new List({
  name: 'cells',
  key: 'name',
  fields: {
    name: text('name'),
    environment: oneOf('environment', environments),
    region: text('region'),
    target: oneOf('target', targetKinds),
    domain: text('domain'),
    capacity: integer('capacity'),
    tenants: integer('tenants'),
    state: oneOf('state', cellStates),
    createdAt: time('created_at'),
    updatedAt: time('updated_at'),
  },
  defaultOrder: 'name',
});
