import { randomBytes } from 'node:crypto';

/** Crockford's base32 in lower case: sorts as the bytes do, no i, l, o, u. */
const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';

export type IdPrefix =
  | 'ten'
  | 'op'
  | 'rel'
  | 'key'
  | 'evt'
  | 'aud'
  | 'cel'
  | 'upd'
  | 'run'
  | 'whk'
  | 'whd'
  | 'isk'
  | 'mem'
  | 'cak'
  | 'arc'
  | 'esk'
  | 'ecf';

/**
 * A prefixed id that sorts by its time of birth: a UUIDv7 (RFC 9562: 48 bits of milliseconds, the rest random)
 * as 26 characters of base32.
 */
export function newId(prefix: IdPrefix, now: number = Date.now(), random: Buffer = randomBytes(10)): string {
  const bytes = Buffer.alloc(16);
  bytes.writeUIntBE(now, 0, 6);
  random.copy(bytes, 6);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x70;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  let value = BigInt(`0x${bytes.toString('hex')}`);
  let text = '';
  for (let i = 0; i < 26; i++) {
    text = alphabet.charAt(Number(value & 31n)) + text;
    value >>= 5n;
  }
  return `${prefix}_${text}`;
}

/** Whether a text has the form of an id with this prefix. */
export function isId(prefix: IdPrefix, text: string): boolean {
  return new RegExp(`^${prefix}_[0-9a-hjkmnp-tv-z]{26}$`).test(text);
}
