import { expect, it } from 'vitest';
import { nearest } from './nearest.js';

it.each([
  ['replica', 'replicas'],
  ['lables', 'labels'],
  ['Replicas', 'replicas'],
  ['hostname', undefined],
  ['', undefined],
])('who writes %j probably meant %s', (word, meant) => {
  expect(nearest(word, ['replicas', 'labels', 'selector'])).toBe(meant);
});
