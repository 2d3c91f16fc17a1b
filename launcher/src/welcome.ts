import { relative } from 'node:path';
import type { Tenant } from './api.js';
import type { DataDir } from './data-dir.js';

export interface WelcomeFacts {
  readonly base: string;
  readonly data: Pick<DataDir, 'adminKey' | 'logs'>;
  readonly took: string;
  readonly tenant: Tenant | undefined;
  /** Of the clients' pages over TLS. */
  readonly edgeTlsPort: number | undefined;
}

/** The last lines of a start: where to go next, and how to stop. */
export function welcome({ base, data, took, tenant, edgeTlsPort }: WelcomeFacts): string {
  const rows: (readonly [string, string])[] = [
    ['API and its page', `${base}/docs`],
    ...(tenant?.url ? [[`Client ${tenant.slug}`, tenant.url] as const] : []),
    ...(tenant?.url && edgeTlsPort !== undefined
      ? [['  with HTTPS', `${overTls(tenant.url, edgeTlsPort)}  (npx leasehold twin trust)`] as const]
      : []),
    ['Admin key', short(data.adminKey)],
    ['Logs', short(data.logs)],
    ['Stop', 'Ctrl-C'],
  ];
  const lines = rows.map(([what, where]) => `  ${what.padEnd(18)} ${where}`);
  return ['', `Leasehold is ready (${took}).`, ...lines, ''].join('\n');
}

function overTls(page: string, port: number): string {
  const { hostname } = new URL(page);
  return `https://${hostname}:${port}`;
}

function short(path: string): string {
  const fromHere = relative(process.cwd(), path);
  return fromHere.startsWith('..') ? path : fromHere;
}
