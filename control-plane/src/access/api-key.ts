import { createHash, randomBytes } from 'node:crypto';

/** Crockford's base32 in lower case. */
const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';
const form = /^lh_[0-9a-hjkmnp-tv-z]{52}$/;

/** A new API key: `lh_` and 32 random bytes in base32. It is shown once; the database keeps its hash. */
export function newApiKey(random: Buffer = randomBytes(32)): string {
  return newSecret('lh_', random);
}

/** 32 random bytes in base32, with a prefix that says what they are. */
export function newSecret(prefix: string, random: Buffer = randomBytes(32)): string {
  let bits = 0;
  let pending = 0;
  let text = '';
  for (const byte of random) {
    pending = (pending << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += alphabet.charAt((pending >> bits) & 31);
    }
    pending &= (1 << bits) - 1;
  }
  if (bits > 0) text += alphabet.charAt((pending << (5 - bits)) & 31);
  return `${prefix}${text}`;
}

export function isApiKey(text: string): boolean {
  return form.test(text);
}

/** SHA-256 is enough for a secret of 256 random bits: there is nothing to guess that a slow hash would protect. */
export function hashApiKey(key: string): Buffer {
  return createHash('sha256').update(key).digest();
}
