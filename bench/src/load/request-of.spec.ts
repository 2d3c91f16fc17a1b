import { expect, it } from 'vitest';
import { requestsOf } from './request-of.js';

const load = { request: 'GET / {token} {key}', requests: 4, tokens: ['a', 'b'], differentKeys: 3 };

it('gives each request its token and its key, in turn', () => {
  const requestOf = requestsOf(load);
  expect([0, 1, 2, 3].map(requestOf)).toEqual(['GET / a k0', 'GET / b k1', 'GET / a k2', 'GET / b k0']);
});

it('gives each request a key of its own when none is to be repeated', () => {
  expect(requestsOf({ ...load, differentKeys: 0 })(3)).toBe('GET / b k3');
});

it('sends the same bytes each time when nothing differs', () => {
  const requestOf = requestsOf({ ...load, request: 'GET /{}' });
  expect(requestOf(0)).toBe(requestOf(3));
});
