import { OutOfRangeError } from './out-of-range-error.js';

/** The original calculator knows the primes up to this one's place, and so do we. */
export const lastPlace = 10_001;
/** The prime at the last place. */
const lastPrime = 104_743;

let table: Uint32Array | undefined;

/**
 * The prime at each place; the first place is 1, and its prime 2.
 * @throws OutOfRangeError for a place outside 1..10001.
 */
export function nthPrimes(places: readonly bigint[]): number[] {
  const primes = (table ??= sieve());
  return places.map((place) => {
    if (place < 1n || place > lastPlace) throw new OutOfRangeError(`1 <= n <= ${lastPlace}`);
    return primes[Number(place) - 1] ?? 0;
  });
}

/** The table is made once, when it is first asked for: 40 kB. */
function sieve(): Uint32Array {
  const composite = new Uint8Array(lastPrime + 1);
  const primes = new Uint32Array(lastPlace);
  let found = 0;
  for (let candidate = 2; candidate <= lastPrime; candidate++) {
    if (composite[candidate] === 1) continue;
    primes[found++] = candidate;
    for (let multiple = candidate * candidate; multiple <= lastPrime; multiple += candidate)
      composite[multiple] = 1;
  }
  return primes;
}
