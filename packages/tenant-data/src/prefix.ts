/** Row-key prefixes: their format, the keys below them, and the test whether a key is inside. */

/** Crockford's base 32 in lower case: no i, l, o, u. https://www.crockford.com/base32.html */
const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';
const prefixLength = 10;
const format = /^[0-9a-hjkmnp-tv-z]{10}$/;

/** Ends the prefix and separates the parts of a key. */
const separator = '#';
/** The character after the separator: the first one that no key of the prefix can have in that place. */
const afterSeparator = '$';
/** Bigtable's limit, in bytes. https://cloud.google.com/bigtable/quotas#limits-data-size */
const maxKeyBytes = 4096;

/** A key that does not lie below the caller's prefix. Nothing was sent. */
export class ForeignRowKeyError extends Error {
  override readonly name = 'ForeignRowKeyError';
}

/** Whether this is a row-key prefix: 10 characters of Crockford's base 32 in lower case. */
export function isPrefix(value: string): boolean {
  return format.test(value);
}

/** A new prefix of 50 random bits; the registry in Postgres makes sure that none is ever given twice. */
export function newPrefix(randomBytes: (size: number) => Uint8Array): string {
  return Array.from(randomBytes(prefixLength), (byte) => alphabet.charAt(byte & 31)).join('');
}

/**
 * The key of a row: prefix, `#`, and the parts with `#` between them.
 * Keys sort by their first part, then by their second, and so on, each part by its UTF-8 bytes; different parts give different keys.
 * @throws TypeError for a prefix of another format, text that has no UTF-8 form, or a key of over 4,096 bytes.
 */
export function rowKey(prefix: string, ...parts: readonly string[]): string {
  const key = requirePrefix(prefix) + separator + parts.map(escape).join(separator);
  if (Buffer.byteLength(key) > maxKeyBytes)
    throw new TypeError(`A row key must not exceed ${maxKeyBytes} bytes.`);
  return key;
}

/**
 * The parts that {@link rowKey} was given.
 * @throws ForeignRowKeyError for a key outside the prefix.
 */
export function rowKeyParts(prefix: string, key: string): string[] {
  requireInside(prefix, key);
  return key
    .slice(prefixLength + 1)
    .split(separator)
    .map(unescape);
}

/** All keys of a prefix: from `start` (included) to `end` (excluded). */
export function prefixRange(prefix: string): { readonly start: string; readonly end: string } {
  return { start: requirePrefix(prefix) + separator, end: prefix + afterSeparator };
}

/** Whether the key lies below the prefix. */
export function isInside(prefix: string, key: string): boolean {
  return key.startsWith(requirePrefix(prefix) + separator);
}

/** @throws ForeignRowKeyError when the key does not lie below the prefix. */
export function requireInside(prefix: string, key: string): void {
  if (isInside(prefix, key)) return;
  throw new ForeignRowKeyError(
    `The row key ${JSON.stringify(key)} is outside the tenant's prefix ${prefix}; build keys with rowKey().`,
  );
}

function requirePrefix(prefix: string): string {
  if (!isPrefix(prefix)) {
    throw new TypeError(
      `${JSON.stringify(prefix)} is not a row-key prefix: it takes 10 characters of 0-9a-z without i, l, o, u.`,
    );
  }
  return prefix;
}

/**
 * Characters up to `$` become `$` and a letter, so that `#` is below every character of a part: only then does a shorter part
 * sort before the longer one that begins with it.
 */
function escape(part: string): string {
  if (!part.isWellFormed())
    throw new TypeError('A part of a row key must be well-formed text (no lone surrogates).');
  let escaped = '';
  for (const character of part) {
    escaped +=
      character <= afterSeparator
        ? afterSeparator + String.fromCharCode(0x40 + character.charCodeAt(0))
        : character;
  }
  return escaped;
}

function unescape(part: string): string {
  return part.replace(/\$(.)/gs, (_, letter: string) => String.fromCharCode(letter.charCodeAt(0) - 0x40));
}
