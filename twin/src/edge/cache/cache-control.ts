/** Header fields that decide about caching: RFC 9110 and RFC 9111, as far as Cloud CDN follows them (cloud.google.com/cdn/docs/caching). */

export type Directives = ReadonlyMap<string, string>;

/** The directives of Cache-Control, names in lower case; of one that comes twice the first counts (RFC 9111, section 4.2.1). */
export function directivesOf(values: readonly string[]): Directives {
  const found = new Map<string, string>();
  for (const part of values.join(',').matchAll(/([\w-]+)(?:=(?:"([^"]*)"|([^\s,;]*)))?/g)) {
    const name = (part[1] ?? '').toLowerCase();
    if (!found.has(name)) found.set(name, part[2] ?? part[3] ?? '');
  }
  return found;
}

/** What decides about storing an answer. */
export interface Storable {
  status: number;
  directives: Directives;
  /** Headers by lower-case name. */
  headers: ReadonlyMap<string, readonly string[]>;
  /** Whether the request had an Authorization header. */
  authorized: boolean;
}

/** Statuses that Cloud CDN caches. */
const statuses = new Set([200, 203, 204, 300, 301, 302, 307, 308, 404, 405, 410, 421, 451, 501]);

/** The headers by which Cloud CDN keeps several answers of one address; with any other in Vary it keeps none. */
const variable = new Set([
  'accept',
  'accept-encoding',
  'access-control-request-headers',
  'access-control-request-method',
  'origin',
  'sec-fetch-dest',
  'sec-fetch-mode',
  'sec-fetch-site',
  'x-goog-allowed-resources',
  'x-origin',
]);

/** How many seconds an answer is fresh, counted from when its origin made it; undefined when it may not be stored. */
export function freshSeconds(answer: Storable, nowMs: number): number | undefined {
  const { status, directives, headers, authorized } = answer;
  if (!statuses.has(status) || headers.has('set-cookie')) return undefined;
  if (directives.has('no-store') || directives.has('private')) return undefined;
  if (varyOf(headers).some((name) => !variable.has(name))) return undefined;
  // RFC 9111, section 3.5.
  const shared = ['public', 'must-revalidate', 's-maxage'].some((name) => directives.has(name));
  if (authorized && !shared) return undefined;
  if (directives.has('no-cache')) return hasValidator(headers) ? 0 : undefined;
  const seconds =
    secondsIn(directives, 's-maxage') ?? secondsIn(directives, 'max-age') ?? untilExpiry(headers, nowMs);
  // `public` alone says that it may be stored, not for how long: it is asked about each time.
  return seconds ?? (directives.has('public') && hasValidator(headers) ? 0 : undefined);
}

/** The names in Vary, in lower case. */
export function varyOf(headers: ReadonlyMap<string, readonly string[]>): string[] {
  return (headers.get('vary') ?? [])
    .join(',')
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter(Boolean);
}

/** Names and values in turn as lists by lower-case name. */
export function headerMap(raw: readonly string[]): Map<string, string[]> {
  const map = new Map<string, string[]>();
  for (let index = 0; index + 1 < raw.length; index += 2) {
    const name = (raw[index] ?? '').toLowerCase();
    const value = raw[index + 1] ?? '';
    const held = map.get(name);
    if (held) held.push(value);
    else map.set(name, [value]);
  }
  return map;
}

/** Whether If-None-Match names the entity tag, by weak comparison: RFC 9110, section 13.1.2. */
export function tagMatches(ifNoneMatch: readonly string[], etag: string): boolean {
  const weak = (tag: string): string => tag.trim().replace(/^W\//, '');
  const asked = ifNoneMatch.join(',').match(/(?:W\/)?"[^"]*"|\*/g) ?? [];
  return asked.some((tag) => tag === '*' || weak(tag) === weak(etag));
}

function hasValidator(headers: ReadonlyMap<string, readonly string[]>): boolean {
  return headers.has('etag') || headers.has('last-modified');
}

/** A number that makes no sense counts as stale (RFC 9111, section 4.2.1). */
function secondsIn(directives: Directives, name: string): number | undefined {
  const text = directives.get(name);
  if (text === undefined) return undefined;
  return /^\d+$/.test(text) ? Math.min(Number(text), 31_622_400) : 0;
}

function untilExpiry(headers: ReadonlyMap<string, readonly string[]>, nowMs: number): number | undefined {
  const expires = headers.get('expires')?.[0];
  if (expires === undefined) return undefined;
  const date = Date.parse(headers.get('date')?.[0] ?? '');
  const seconds = (Date.parse(expires) - (Number.isNaN(date) ? nowMs : date)) / 1_000;
  return Number.isNaN(seconds) ? 0 : Math.max(0, Math.floor(seconds));
}
