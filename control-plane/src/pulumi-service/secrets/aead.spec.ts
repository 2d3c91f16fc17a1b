import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decrypt, encrypt } from './aead.js';

const key = randomBytes(32);

test('what was encrypted is decrypted with the same key and context alone, and never looks the same twice', () => {
  fc.assert(
    fc.property(fc.uint8Array(), fc.string(), (bytes, context) => {
      const plaintext = Buffer.from(bytes);
      const sealed = encrypt(key, plaintext, context);
      expect(decrypt(key, sealed, context)).toEqual(plaintext);
      expect(encrypt(key, plaintext, context)).not.toEqual(sealed);
      expect(() => decrypt(randomBytes(32), sealed, context)).toThrow();
      expect(() => decrypt(key, sealed, `${context}.`)).toThrow();
    }),
  );
});

test('a changed bit anywhere is noticed', () => {
  const sealed = encrypt(key, Buffer.from('open sesame'), 'stack:1');
  for (let at = 0; at < sealed.length; at++) {
    const changed = Buffer.from(sealed);
    changed[at] = (changed[at] ?? 0) ^ 1;
    expect(() => decrypt(key, changed, 'stack:1')).toThrow();
  }
});
