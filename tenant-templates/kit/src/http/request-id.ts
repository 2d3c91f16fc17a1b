import { randomUUID } from 'node:crypto';

const acceptable = /^[\w.:+/=-]{1,128}$/;

/** The caller's `x-request-id` when it is safe to log and to send back, else a new one. */
export function requestIdOf(header: string | string[] | undefined): string {
  return typeof header === 'string' && acceptable.test(header) ? header : randomUUID();
}
