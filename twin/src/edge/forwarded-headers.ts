import { noHeaderChange, type HeaderChange } from './route-table.js';

/**
 * Headers of one connection only: RFC 9110, section 7.6.1, and what older software sends. `expect` is answered by the
 * edge itself.
 */
const hopByHop = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'expect',
  'http2-settings',
]);

/** What the edge alone may say: a client's own word for its address is dropped. */
const edgeOnly = new Set(['host', 'forwarded', 'x-real-ip', 'x-client-ip', 'true-client-ip']);

export interface Client {
  address: string;
  protocol: 'http' | 'https';
  /** The Host header as it came. */
  host: string;
  /** What the route does to the headers of its requests. */
  change?: HeaderChange;
}

/** Names and values in turn, as node:http gives and undici takes them. */
export function requestHeaders(raw: readonly string[], client: Client): string[] {
  const named = connectionOptions(raw);
  const { set, add, remove } = client.change ?? noHeaderChange;
  const gone = new Set([...set.map(({ name }) => name), ...remove]);
  const headers: string[] = [];
  for (let index = 0; index + 1 < raw.length; index += 2) {
    const name = raw[index] ?? '';
    const lower = name.toLowerCase();
    if (hopByHop.has(lower) || edgeOnly.has(lower) || lower.startsWith('x-forwarded-') || named.has(lower))
      continue;
    if (gone.has(lower)) continue;
    headers.push(name, raw[index + 1] ?? '');
  }
  for (const { name, value } of [...set, ...add]) headers.push(name, value);
  headers.push('host', client.host, 'x-forwarded-for', client.address);
  headers.push('x-forwarded-proto', client.protocol, 'x-forwarded-host', client.host);
  return headers;
}

/** The headers of a pod's answer without those that were for the edge. */
export function responseHeaders(raw: readonly string[]): string[] {
  const named = connectionOptions(raw);
  const headers: string[] = [];
  for (let index = 0; index + 1 < raw.length; index += 2) {
    const name = raw[index] ?? '';
    const lower = name.toLowerCase();
    if (!hopByHop.has(lower) && !named.has(lower)) headers.push(name, raw[index + 1] ?? '');
  }
  return headers;
}

/** The names that a Connection header makes hop-by-hop. Those that decide about framing cannot be taken away by it. */
function connectionOptions(raw: readonly string[]): ReadonlySet<string> {
  let named: Set<string> | undefined;
  for (let index = 0; index + 1 < raw.length; index += 2) {
    if (raw[index]?.toLowerCase() !== 'connection') continue;
    for (const option of (raw[index + 1] ?? '').split(',')) {
      const name = option.trim().toLowerCase();
      if (name !== 'content-length' && name !== 'close' && name !== 'keep-alive')
        (named ??= new Set()).add(name);
    }
  }
  return named ?? nothing;
}
const nothing: ReadonlySet<string> = new Set();
