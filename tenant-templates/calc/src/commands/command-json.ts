/** Commands and results as JSON: 64-bit numbers as decimal strings (https://protobuf.dev/programming-guides/json/). */
import { parseInt64, parseInteger } from '../arithmetic/int64.js';
import { OutOfRangeError } from '../arithmetic/out-of-range-error.js';
import { lastPlace } from '../arithmetic/primes.js';
import type { Command, Result } from './command.js';

/** What was sent is not what was expected; the message says what is. */
export class InvalidArgumentError extends Error {
  override readonly name = 'InvalidArgumentError';
}

export type CommandName = Command['name'];
export type Parameters = { a: string; b: string } | { n: string[] };
export type ResultJson = { sum: string } | { max: string } | { nthPrimes: string[] };

const names: readonly CommandName[] = ['add', 'max', 'np'];

/** Whether this is a command's name. */
export function isCommandName(name: unknown): name is CommandName {
  return names.some((known) => known === name);
}

/**
 * The command of a name and its parameters.
 * @throws InvalidArgumentError when they do not fit; OutOfRangeError for a place that no uint64 can hold.
 */
export function parseCommand(name: CommandName, parameters: unknown): Command {
  if (name === 'np') {
    const { n } = members(parameters, ['n']);
    if (!Array.isArray(n)) throw new InvalidArgumentError('n must be a list of decimal strings.');
    return { name, n: n.map((place, index) => parsePlace(place, `n[${index}]`)) };
  }
  const { a, b } = members(parameters, ['a', 'b']);
  return { name, a: parseNumber(a, 'a'), b: parseNumber(b, 'b') };
}

/** The parameters of a command. */
export function parametersJson(command: Command): Parameters {
  return command.name === 'np'
    ? { n: command.n.map(String) }
    : { a: String(command.a), b: String(command.b) };
}

/** A result. */
export function resultJson(result: Result): ResultJson {
  if ('sum' in result) return { sum: String(result.sum) };
  if ('max' in result) return { max: String(result.max) };
  return { nthPrimes: result.nthPrimes.map(String) };
}

function members(value: unknown, known: readonly string[]): Record<string, unknown> {
  const expected = `a JSON object with ${known.join(' and ')}`;
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new InvalidArgumentError(`Expected ${expected}.`);
  const unknown = Object.keys(value).find((key) => !known.includes(key));
  if (unknown !== undefined)
    throw new InvalidArgumentError(`${JSON.stringify(unknown)} is unknown; expected ${expected}.`);
  return { ...value };
}

function parseNumber(value: unknown, name: string): bigint {
  const number = parseInt64(decimal(value));
  if (number === undefined)
    throw new InvalidArgumentError(`${name} must be an int64 as a decimal string, such as "12".`);
  return number;
}

function parsePlace(value: unknown, name: string): bigint {
  const text = decimal(value);
  if (!/^-?\d+$/.test(text))
    throw new InvalidArgumentError(`${name} must be a whole number as a decimal string, such as "12".`);
  const place = parseInteger(text);
  // A number that no uint64 can hold could not even be asked for over gRPC.
  if (place === undefined || place !== BigInt.asUintN(64, place))
    throw new OutOfRangeError(`1 <= n <= ${lastPlace}`);
  return place;
}

/** A JSON number is taken as long as it is exact; text that is no number otherwise. */
function decimal(value: unknown): string {
  if (typeof value === 'string') return value;
  return typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : '';
}
