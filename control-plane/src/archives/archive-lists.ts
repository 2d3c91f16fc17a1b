import { integer, List, oneOf, text, time } from '../platform/lists/list.js';
import { archiveCauses, archiveStates } from './archive.js';

const fields = {
  id: text('id'),
  cause: oneOf('cause', archiveCauses),
  state: oneOf('state', archiveStates),
  rows: integer('rows'),
  bytes: integer('bytes'),
  createdAt: time('created_at'),
};

export const backupList = new List({
  name: 'backups',
  key: 'id',
  fields: { ...fields, purpose: oneOf('purpose', ['backup', 'safeguard']) },
  defaultOrder: 'createdAt desc',
});

export const exportList = new List({ name: 'exports', key: 'id', fields, defaultOrder: 'createdAt desc' });
