/** The body of `POST /increment`, judged as its existing clients know it: first its form, then the value, then the key. */

export interface Increment {
  /** A UUID in lower case. */
  key: string;
  /** 1 to 2^63-1. */
  value: bigint;
}

/** The sentences of the interface. */
export type Refusal = 'invalid input' | "missing or invalid 'value'" | "missing or invalid 'key'";

export const greatestInt64 = 2n ** 63n - 1n;

/** A number with its digits as they were written: beyond 2^53 JSON.parse rounds. */
class WrittenNumber {
  constructor(readonly digits: string) {}
}

export function parseIncrement(body: string): Increment | Refusal {
  const content = objectOf(body);
  if (content === undefined) return 'invalid input';
  const value = parseValue(content.get('value'));
  if (value === undefined) return "missing or invalid 'value'";
  const key = parseKey(content.get('key'));
  return key === undefined ? "missing or invalid 'key'" : { key, value };
}

/** A UUID (RFC 9562, 4), in lower case; undefined for anything else and for the nil one. */
export function parseKey(text: unknown): string | undefined {
  if (typeof text !== 'string' || !uuid.test(text) || text === nil) return undefined;
  return text.toLowerCase();
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const nil = '00000000-0000-0000-0000-000000000000';

function parseValue(value: unknown): bigint | undefined {
  // Int64 has 19 digits at most; "1.0" and "1e3" are not integers.
  if (!(value instanceof WrittenNumber) || !/^[1-9]\d{0,18}$/.test(value.digits)) return undefined;
  const exact = BigInt(value.digits);
  return exact <= greatestInt64 ? exact : undefined;
}

/** The standard library's types do not have the third argument yet: https://tc39.es/proposal-json-parse-with-source/ */
function withDigits(_name: string, value: unknown, context?: { source?: string }): unknown {
  return typeof value === 'number' ? new WrittenNumber(context?.source ?? '') : value;
}

/** The fields of a JSON object with none but the two. */
function objectOf(body: string): Map<string, unknown> | undefined {
  let content: unknown;
  try {
    content = JSON.parse(body, withDigits);
  } catch {
    return undefined;
  }
  if (typeof content !== 'object' || content === null || Array.isArray(content)) return undefined;
  if (content instanceof WrittenNumber) return undefined;
  const fields = new Map<string, unknown>(Object.entries(content));
  return [...fields.keys()].every((name) => name === 'key' || name === 'value') ? fields : undefined;
}
