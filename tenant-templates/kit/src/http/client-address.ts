import type { IncomingMessage } from 'node:http';

/**
 * The address of the client that the edge saw. The twin's edge writes it as the only entry of `X-Forwarded-For`; Google's
 * load balancer appends it, and its own after it, to whatever the client sent (which is not believed):
 * https://cloud.google.com/load-balancing/docs/https#x-forwarded-for_header
 */
export function clientAddressOf(request: IncomingMessage): string {
  const header = request.headers['x-forwarded-for'];
  const entries = typeof header === 'string' ? header.split(',') : [];
  const entry = (entries.length > 1 ? entries.at(-2) : entries[0])?.trim();
  return entry === undefined || entry === '' ? (request.socket.remoteAddress ?? 'unknown') : entry;
}
