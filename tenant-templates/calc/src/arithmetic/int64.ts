/** Exact numbers of 64 bits. */
import { OutOfRangeError } from './out-of-range-error.js';

const least = -(2n ** 63n);
const greatest = 2n ** 63n - 1n;

/** Whether the number is an int64. */
export function isInt64(value: bigint): boolean {
  return value >= least && value <= greatest;
}

/** The sum. @throws OutOfRangeError when it is beyond int64, with the sum as it was asked for. */
export function add(a: bigint, b: bigint): bigint {
  const sum = a + b;
  if (isInt64(sum)) return sum;
  throw new OutOfRangeError(`${a} + ${b}`);
}

/** The greater of two numbers. */
export function max(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}

/** An int64 from decimal text such as `-12`; undefined for any other text. */
export function parseInt64(text: string): bigint | undefined {
  const value = parseInteger(text);
  return value !== undefined && isInt64(value) ? value : undefined;
}

/** A whole number of at most 20 digits (no 64-bit number has more) from decimal text; undefined for any other text. */
export function parseInteger(text: string): bigint | undefined {
  return /^-?\d{1,20}$/.test(text) ? BigInt(text) : undefined;
}
