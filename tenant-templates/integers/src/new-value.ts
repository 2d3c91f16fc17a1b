import { greatestValue } from './sequence/sequence-state.js';

const decimal = /^\d{1,16}$/;

/** The number in the body of `PUT /v1/current`, a form or a JSON object; else the sentence that says what is wrong. */
export function parseNewValue(body: string, contentType: string | undefined | string[]): number | string {
  const wanted = isJson(contentType, body) ? fromJson(body) : fromForm(body);
  return wanted !== undefined && Number.isSafeInteger(wanted) && wanted >= 0
    ? wanted
    : `The body must be current=<a whole number from 0 to ${greatestValue}>, as a form or as JSON, and nothing else.`;
}

function isJson(contentType: string | undefined | string[], body: string): boolean {
  if (typeof contentType !== 'string') return body.trimStart().startsWith('{');
  return /^\s*application\/(?:[\w.-]+\+)?json\s*(?:;|$)/i.test(contentType);
}

function fromForm(body: string): number | undefined {
  const fields = [...new URLSearchParams(body)];
  const [name, value = ''] = fields[0] ?? [];
  return fields.length === 1 && name === 'current' && decimal.test(value) ? Number(value) : undefined;
}

function fromJson(body: string): number | undefined {
  let content: unknown;
  try {
    content = JSON.parse(body);
  } catch {
    return undefined;
  }
  if (typeof content !== 'object' || content === null || !('current' in content)) return undefined;
  if (Object.keys(content).length !== 1) return undefined;
  return typeof content.current === 'number' ? content.current : undefined;
}
