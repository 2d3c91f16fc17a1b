import type { ProbeRequest } from '@leasehold/template-manifest';

/** What placeholders stand for. */
export interface Fillings {
  readonly uuid: string;
  readonly n: number;
  readonly token: string;
  readonly setup: string;
  readonly value: string;
}

export interface FilledRequest {
  readonly path: string;
  readonly init: RequestInit;
}

/** The request with its placeholders filled in; a body that is no string is sent as JSON. */
export function fillIn(request: ProbeRequest, fillings: Fillings): FilledRequest {
  const { method, path, headers = {}, body } = request;
  const given = Object.entries(headers).map(
    ([name, value]) => [name.toLowerCase(), fillText(value, fillings)] as const,
  );
  const json = body !== undefined && typeof body !== 'string';
  return {
    path: fillText(path, fillings, encodeURIComponent),
    init: {
      method,
      headers: { ...(json ? { 'content-type': 'application/json' } : {}), ...Object.fromEntries(given) },
      ...(body === undefined ? {} : { body: textOf(fillValue(body, fillings)) }),
    },
  };
}

function textOf(body: unknown): string {
  return typeof body === 'string' ? body : JSON.stringify(body);
}

function fillValue(value: unknown, fillings: Fillings): unknown {
  if (typeof value === 'string') return fillText(value, fillings);
  if (Array.isArray(value)) return value.map((each) => fillValue(each, fillings));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, fillValue(each, fillings)]));
}

function fillText(text: string, fillings: Fillings, encode = (value: string) => value): string {
  return text.replace(/\{(uuid|n|token|setup|value)\}/g, (_, name: keyof Fillings) =>
    encode(String(fillings[name])),
  );
}
