import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hashApiKey, isApiKey, newApiKey } from './api-key.js';

test('a key holds all its 256 random bits: different bytes give different keys', () => {
  const bytes = fc.uint8Array({ minLength: 32, maxLength: 32 });
  fc.assert(
    fc.property(bytes, bytes, (a, b) => {
      const [first, second] = [newApiKey(Buffer.from(a)), newApiKey(Buffer.from(b))];
      expect(isApiKey(first)).toBe(true);
      expect(first === second).toBe(Buffer.from(a).equals(Buffer.from(b)));
      expect(hashApiKey(first)).toHaveLength(32);
    }),
  );
});

test.each([
  '',
  'lh_',
  `lh_${'0'.repeat(51)}`,
  `lh_${'0'.repeat(53)}`,
  `LH_${'0'.repeat(52)}`,
  `lh_${'u'.repeat(52)}`,
])('%j is no key', (text) => {
  expect(isApiKey(text)).toBe(false);
});
