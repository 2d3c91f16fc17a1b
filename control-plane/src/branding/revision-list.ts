import { integer, List, oneOf, text, time } from '../platform/lists/list.js';
import { revisionSchema } from './branding.schema.js';

/** Those of one tenant. */
export const revisionList = new List({
  name: 'branding-revisions',
  key: 'key',
  fields: {
    revision: integer('revision'),
    actor: text('actor'),
    origin: oneOf('origin', revisionSchema.shape.origin.options),
    restoredFrom: integer('restored_from'),
    createdAt: time('created_at'),
  },
  unordered: ['restoredFrom'],
  defaultOrder: 'revision desc',
});
