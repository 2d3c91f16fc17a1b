/** What people type behind options, as values. */
import { InvalidArgumentError } from 'commander';
import { UsageError } from './exit-code.js';

/** Gathers a repeatable option. */
export function collect(value: string, earlier: readonly string[] = []): string[] {
  return [...earlier, value];
}

/** `key=value` pairs as an object. @throws UsageError for a pair without `=` or a key given twice. */
export function pairs(texts: readonly string[]): Record<string, string> {
  const entries = new Map<string, string>();
  for (const text of texts) {
    const at = text.indexOf('=');
    if (at < 1) throw new UsageError(`${JSON.stringify(text)} is not key=value.`);
    const key = text.slice(0, at);
    if (entries.has(key)) throw new UsageError(`${key} is given twice.`);
    entries.set(key, text.slice(at + 1));
  }
  return Object.fromEntries(entries);
}

/** Parameters are typed: what reads as JSON (5, true, {"a":1}) is that value, anything else is text. */
export function parameterValues(texts: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(pairs(texts)).map(([key, text]) => [key, jsonOrText(text)]));
}

function jsonOrText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** A whole number from `min` to `max`. */
export function wholeNumber(min: number, max: number): (text: string) => number {
  return (text) => {
    const number = Number(text);
    if (Number.isInteger(number) && number >= min && number <= max && text.trim() !== '') return number;
    throw new InvalidArgumentError(`It must be a whole number from ${min} to ${max}.`);
  };
}

/** How many items of a list at most; lists are read page by page until then. */
export const limitOption = ['--limit <number>', 'at most so many', wholeNumber(1, 100_000), 1_000] as const;

/** An object without the entries that are undefined: absent and undefined are different in a request. */
export function defined<T extends object>(values: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const result: { [K in keyof T]?: Exclude<T[K], undefined> } = {};
  for (const key in values) {
    const value = values[key];
    if (isDefined(value)) result[key] = value;
  }
  return result;
}

function isDefined<V>(value: V): value is Exclude<V, undefined> {
  return value !== undefined;
}
