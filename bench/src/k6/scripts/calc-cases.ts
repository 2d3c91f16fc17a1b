/** Sums that only exact int64 gets right, with their results. */
export const sums = [
  { a: '2', b: '5', sum: '7' },
  { a: '9223372036854775000', b: '807', sum: '9223372036854775807' },
  { a: '-9223372036854775808', b: '9223372036854775807', sum: '-1' },
  { a: '9007199254740993', b: '2', sum: '9007199254740995' },
] as const;

/** The case of an iteration: all in turn. */
export function sumOf(iteration: number): (typeof sums)[number] {
  return sums[iteration % sums.length] ?? sums[0];
}
