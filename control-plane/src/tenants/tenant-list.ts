import { labels, List, oneOf, text, time } from '../platform/lists/list.js';
import { tenantStates } from './tenant-states.js';

/** The tenants, newest first; tombstones only when the filter speaks of the state. */
export const tenantList = new List({
  name: 'tenants',
  key: 'id',
  fields: {
    id: text('id'),
    slug: text('slug'),
    displayName: text('display_name'),
    state: oneOf('state', tenantStates),
    template: text('template'),
    release: text('release'),
    plan: text('plan'),
    cell: text('cell'),
    labels: labels('labels'),
    hostnames: {
      kind: 'set',
      has: (name) =>
        `q.id in (select h.tenant_id from leasehold.hostnames h where h.hostname = lower(${name}))`,
    },
    expiresAt: time('expires_at'),
    createdAt: time('created_at'),
    updatedAt: time('updated_at'),
  },
  unordered: ['expiresAt'],
  defaultOrder: 'createdAt desc',
  hidden: { unlessFiltered: 'state', where: `q.state <> 'deleted'` },
});
