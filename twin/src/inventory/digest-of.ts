import { createHash } from 'node:crypto';
import type { Resource } from './resource.js';

/** The digest of resources that {@link Inventory.digest} gives of those that are stored. */
export function digestOf(resources: Iterable<Pick<Resource, 'uid' | 'generation'>>): string {
  const lines = [...resources].sort((a, b) => (a.uid < b.uid ? -1 : 1));
  const text = lines.map(({ uid, generation }) => `${uid}:${generation}`).join(' ');
  return createHash('md5').update(text).digest('hex');
}
