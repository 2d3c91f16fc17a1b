import { isJsonObject, type Json, type JsonObject } from '../../inventory/json.js';
import { nearest } from './nearest.js';
import { childPath } from './property-path.js';
import { isUnknown } from './unknown.js';

/** What is wrong with a property; together the two make a sentence: `spec.replicas must be 0 or more`. */
export interface Violation {
  path: string;
  reason: string;
}

export type Report = (path: string, reason: string) => void;

/** Checks a value strictly and reports what is wrong. Values that are not known yet pass. */
export type Shape = (value: Json, path: string, report: Report) => void;

/** Says what is wrong with a text, or undefined. */
export type TextRule = (text: string) => string | undefined;

const known =
  (shape: Shape): Shape =>
  (value, path, report) => {
    if (!isUnknown(value)) shape(value, path, report);
  };

/** A text that follows all the rules. */
export const text = (...rules: readonly TextRule[]): Shape =>
  known((value, path, report) => {
    if (typeof value !== 'string') {
      report(path, 'must be a string');
      return;
    }
    for (const rule of rules) {
      const reason = rule(value);
      if (reason !== undefined) {
        report(path, reason);
        return;
      }
    }
  });

/** A text that may not be empty. */
export const filledText = text((value) => (value === '' ? 'must not be empty' : undefined));

/** One of the given texts. */
export const oneOf = (...choices: readonly string[]): Shape =>
  text((value) => (choices.includes(value) ? undefined : `must be one of ${choices.join(', ')}`));

export const flag: Shape = known((value, path, report) => {
  if (typeof value !== 'boolean') report(path, 'must be true or false');
});

/** A whole number within the limits, both included. */
export const integer = (min: number, max: number = 2 ** 31 - 1): Shape =>
  known((value, path, report) => {
    if (typeof value !== 'number' || !Number.isInteger(value)) report(path, 'must be a whole number');
    else if (value < min || value > max) report(path, `must be between ${String(min)} and ${String(max)}`);
  });

/** A list whose items have the shape. */
export const list = (item: Shape, limits: { min?: number; max?: number } = {}): Shape =>
  known((value, path, report) => {
    const { min = 0, max = Infinity } = limits;
    if (!Array.isArray(value)) {
      report(path, 'must be a list');
      return;
    }
    if (value.length < min) report(path, `must have at least ${String(min)} ${min === 1 ? 'item' : 'items'}`);
    if (value.length > max) report(path, `must have at most ${String(max)} items`);
    value.forEach((entry, index) => item(entry, childPath(path, index), report));
  });

/** An object with keys of its own, all values of one shape. */
export const map = (value: Shape, key: TextRule = () => undefined): Shape =>
  known((entries, path, report) => {
    if (!isJsonObject(entries)) {
      report(path, 'must be an object');
      return;
    }
    for (const [name, entry] of Object.entries(entries)) {
      const reason = key(name);
      if (reason !== undefined) report(childPath(path, name), `has a key that ${reason}`);
      value(entry, childPath(path, name), report);
    }
  });

export type Fields = Readonly<Record<string, Shape>>;

/** An object with exactly these fields; `check` looks at them together, once each one is in order. */
export const object = (
  required: Fields,
  optional: Fields = {},
  check?: (value: JsonObject, path: string, report: Report) => void,
): Shape => {
  const fields: Fields = { ...required, ...optional };
  return known((value, path, report) => {
    if (!isJsonObject(value)) {
      report(path, 'must be an object');
      return;
    }
    let problems = 0;
    const note: Report = (where, reason) => {
      problems += 1;
      report(where, reason);
    };
    for (const field of Object.keys(required)) {
      if (!Object.hasOwn(value, field)) note(childPath(path, field), 'is required');
    }
    for (const [field, entry] of Object.entries(value)) {
      const shape = Object.hasOwn(fields, field) ? fields[field] : undefined;
      if (shape) shape(entry, childPath(path, field), note);
      else note(childPath(path, field), unknownField(field, Object.keys(fields)));
    }
    if (problems === 0) check?.(value, path, report);
  });
};

/** Reports unless exactly one of the fields is set. */
export function exactlyOne(value: JsonObject, fields: readonly string[], path: string, report: Report): void {
  const set = fields.filter((field) => Object.hasOwn(value, field));
  if (set.length !== 1) report(path, `must have exactly one of ${fields.join(', ')}`);
}

/** All that is wrong with a value. */
export function violations(shape: Shape, value: Json, path = ''): Violation[] {
  const found: Violation[] = [];
  shape(value, path, (where, reason) => found.push({ path: where, reason }));
  return found;
}

function unknownField(field: string, fields: readonly string[]): string {
  const meant = nearest(field, fields);
  return meant === undefined ? 'is an unknown field' : `is an unknown field, did you mean "${meant}"?`;
}
