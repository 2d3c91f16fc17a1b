/** What can be asked of the calculator, and what comes of it. Pure. */
import { add, max } from '../arithmetic/int64.js';
import { OutOfRangeError } from '../arithmetic/out-of-range-error.js';
import { nthPrimes } from '../arithmetic/primes.js';

export type Command =
  | { readonly name: 'add' | 'max'; readonly a: bigint; readonly b: bigint }
  | { readonly name: 'np'; readonly n: readonly bigint[] };

export type Result =
  { readonly sum: bigint } | { readonly max: bigint } | { readonly nthPrimes: readonly number[] };

/** The result, or why there is none. */
export type Outcome = Result | OutOfRangeError;

/** Calculates; equal commands have equal outcomes. */
export function execute(command: Command): Outcome {
  try {
    return resultOf(command);
  } catch (error) {
    if (error instanceof OutOfRangeError) return error;
    throw error;
  }
}

function resultOf(command: Command): Result {
  switch (command.name) {
    case 'add':
      return { sum: add(command.a, command.b) };
    case 'max':
      return { max: max(command.a, command.b) };
    case 'np':
      return { nthPrimes: nthPrimes(command.n) };
  }
}
