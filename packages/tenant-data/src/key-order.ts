/** Numbers and times as parts of row keys: text of a fixed length that sorts as they do. */

/** 2^63-1 has 19 digits. */
const digits = 19;
const greatest = 2n ** 63n - 1n;
/** The last moment that a `Date` can hold, in milliseconds since 1970; 16 digits. https://tc39.es/ecma262/#sec-time-values-and-time-range */
const lastMoment = 8_640_000_000_000_000;
const momentDigits = 16;

/**
 * A number as 19 digits, which sort as the numbers do.
 * @param value 0 to 2^63-1.
 * @throws RangeError for any other, or one that is not whole.
 */
export function sortable(value: bigint | number): string {
  if (typeof value === 'number' && !Number.isSafeInteger(value))
    throw new RangeError(`${value} is not a whole number that is held exactly.`);
  const exact = BigInt(value);
  if (exact < 0n || exact > greatest) throw new RangeError(`A sortable number is 0 to ${greatest}.`);
  return exact.toString().padStart(digits, '0');
}

/** The number that {@link sortable} was given. @throws TypeError for other text. */
export function fromSortable(text: string): bigint {
  if (!/^\d{19}$/.test(text)) throw new TypeError(`${JSON.stringify(text)} is not a sortable number.`);
  return BigInt(text);
}

/**
 * A time as 16 digits that sort the newest first.
 * @param epochMs whole milliseconds since 1970.
 * @throws RangeError for a time before 1970, or one that a `Date` cannot hold.
 */
export function reversedTime(epochMs: number): string {
  if (!Number.isSafeInteger(epochMs) || epochMs < 0 || epochMs > lastMoment)
    throw new RangeError(`A time is 0 to ${lastMoment} whole milliseconds since 1970.`);
  return String(lastMoment - epochMs).padStart(momentDigits, '0');
}

/** The time that {@link reversedTime} was given, in milliseconds since 1970. @throws TypeError for other text. */
export function fromReversedTime(text: string): number {
  if (!/^\d{16}$/.test(text)) throw new TypeError(`${JSON.stringify(text)} is not a reversed time.`);
  return lastMoment - Number(text);
}
