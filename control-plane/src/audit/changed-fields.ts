import { canonicalJson } from '../platform/canonical-json.js';
import { redacted } from './secret-fields.js';

/** One field as it was and as it is; null where it was or is not there. */
export interface ChangedField {
  readonly before: unknown;
  readonly after: unknown;
}

export type Changes = Readonly<Record<string, ChangedField>>;

const secretName = /secret|password|passwd|token|credential|authorization|private|^key$|api_?key/i;

/**
 * The top-level fields of a spec that differ, each before and after; values below names that speak of a secret are cut out.
 * A field that differs in a secret alone is still named.
 */
export function changedFields(before: object, after: object): Changes {
  const was = new Map<string, unknown>(Object.entries(before));
  const is = new Map<string, unknown>(Object.entries(after));
  const names = [...new Set([...was.keys(), ...is.keys()])].sort();
  return Object.fromEntries(
    names
      .filter((name) => canonicalJson(was.get(name) ?? null) !== canonicalJson(is.get(name) ?? null))
      .map((name) => [
        name,
        { before: withoutSecret(name, was.get(name)), after: withoutSecret(name, is.get(name)) },
      ]),
  );
}

function withoutSecret(name: string, value: unknown): unknown {
  if (value === undefined || value === null) return null;
  return secretName.test(name) ? redacted : withoutSecrets(value);
}

/** The same value with what is below names that speak of a secret cut out. */
export function withoutSecrets(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutSecrets);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, withoutSecret(name, item)]));
}
