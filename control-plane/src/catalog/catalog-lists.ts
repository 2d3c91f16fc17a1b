import { integer, List, text, time } from '../platform/lists/list.js';

/** The smallest first. */
export const planList = new List({
  name: 'plans',
  key: 'name',
  fields: {
    name: text('name'),
    displayName: text('display_name'),
    rank: integer('rank'),
    createdAt: time('created_at'),
    updatedAt: time('updated_at'),
  },
  defaultOrder: 'rank',
});

export const templateList = new List({
  name: 'templates',
  key: 'name',
  fields: {
    name: text('name'),
    displayName: text('display_name'),
    latestRelease: text('latest'),
    createdAt: time('created_at'),
  },
  unordered: ['latestRelease'],
  defaultOrder: 'name',
});

/** Of one template, the newest first. */
export const releaseList = new List({
  name: 'releases',
  key: 'id',
  fields: {
    id: text('id'),
    version: text('version'),
    image: text('image'),
    createdAt: time('created_at'),
  },
  defaultOrder: 'createdAt desc',
});
