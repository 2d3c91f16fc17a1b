import { homedir } from 'node:os';
import { resolve, join } from 'node:path';
import { z } from 'zod';

/** A setting that stops the start: one sentence that names the variable and says what is expected. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
}

const port = z.coerce
  .number({ error: 'must be a whole number' })
  .int('must be a whole number')
  .min(0, 'must be a port from 0 to 65535')
  .max(65535, 'must be a port from 0 to 65535');
const postgresUrl = z.string().regex(/^postgres(ql)?:\/\//, 'must be a URL that begins with postgresql://');
const httpUrl = z.url({ protocol: /^https?$/, error: 'must be an http(s) URL' });
const path = z
  .string()
  .min(1, 'must be a path')
  .transform((value) => resolve(value));
const cellName = z.string().regex(/^[a-z]([a-z0-9-]{0,38}[a-z0-9])?$/, 'must be the name of a cell');
/** `east:8181:7103:7102` is a cell with the ports of its edge, its object store and its data gateway's admin surface; commas between cells. */
const moreCells = z.string().transform((text, context) =>
  text.split(',').map((part) => {
    const [name, ...ports] = part.trim().split(':');
    const parsed = z.tuple([cellName, port, port, port]).safeParse([name, ...ports]);
    if (parsed.success) {
      const [cell, edgePort, objectStorePort, gatewayAdminPort] = parsed.data;
      return { cell, edgePort, objectStorePort, gatewayAdminPort };
    }
    context.addIssue({
      code: 'custom',
      message: 'must be cells such as east:<edge port>:<object store port>:<admin port of the data gateway>',
    });
    return z.NEVER;
  }),
);
const address = z.string().regex(/^[^\s:/]+:\d{1,5}$/, 'must be host:port');

/** Where downloaded and built tools are kept when LEASEHOLD_TOOLS_DIR is unset (the XDG base directory rule). */
function defaultToolsDir(): string {
  return join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'leasehold', 'tools');
}

/** Every setting there is, by its variable. What a program takes is a selection of these. */
const every = {
  LEASEHOLD_PORT: port.default(8080),
  LEASEHOLD_EDGE_PORT: port.default(8081),
  LEASEHOLD_EDGE_TLS_PORT: port.default(8443),
  LEASEHOLD_DNS_PORT: port.default(8053),
  LEASEHOLD_BIND: z.ipv4('must be an IPv4 address').default('127.0.0.1'),
  LEASEHOLD_DATA_DIR: path.prefault('.data'),
  LEASEHOLD_TOOLS_DIR: path.prefault(defaultToolsDir),
  LEASEHOLD_DATABASE_URL: postgresUrl.optional(),
  LEASEHOLD_URL: httpUrl.optional(),
  LEASEHOLD_ISSUER_URL: httpUrl.optional(),
  LEASEHOLD_API_KEY: z.string().startsWith('lh_', 'must be an API key, which begins with lh_').optional(),
  LEASEHOLD_ROLE: z.enum(['api', 'worker', 'all'], 'must be api, worker or all').default('all'),
  LEASEHOLD_LOG_LEVEL: z
    .enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'], 'must be a log level')
    .default('info'),
  LEASEHOLD_APP_DATABASE_URL: postgresUrl,
  LEASEHOLD_PLATFORM_DATABASE_URL: postgresUrl,
  LEASEHOLD_TWIN_DATABASE_URL: postgresUrl,
  LEASEHOLD_GATEWAY_DATABASE_URL: postgresUrl,
  LEASEHOLD_GATEWAY_PORT: port.default(0),
  LEASEHOLD_GATEWAY_ADMIN_PORT: port.default(0),
  LEASEHOLD_GATEWAY_JWKS: path,
  LEASEHOLD_OBJECT_STORE_PORT: port.default(0),
  LEASEHOLD_CELL: cellName.default('local'),
  LEASEHOLD_MORE_CELLS: moreCells.default([]),
  LEASEHOLD_TWIN_LATENCY: z.enum(['off', 'gcp'], 'must be off or gcp').default('off'),
  LEASEHOLD_TEMPLATES_DIR: path.prefault('tenant-templates'),
  LEASEHOLD_CHARTS_DIR: path.prefault('charts'),
  LEASEHOLD_WEBHOOK_REACH: z
    .enum(['public', 'loopback'], 'must be public, or loopback for development')
    .default('public'),
  LEASEHOLD_EVENTS_KEPT_DAYS: z.coerce
    .number({ error: 'must be a whole number of days' })
    .int('must be a whole number of days')
    .min(1, 'must be at least 1')
    .max(3650, 'must be at most 3650')
    .default(90),
  LEASEHOLD_WORKLOAD_OTLP_ENDPOINT: httpUrl
    .regex(
      /^https?:\/\/([a-z0-9-]+\.[a-z0-9-]+\.svc(\.cluster\.local)?|localhost|\d{1,3}(\.\d{1,3}){3}|\[[0-9a-f:]+\])(:\d+)?(\/|$)/,
      'must name a Service (http://<service>.<namespace>.svc:<port>) or an address, as network policies know no other names',
    )
    .optional(),
  LEASEHOLD_WORKLOAD_OTLP_HEADERS_SECRET: z
    .string()
    .regex(
      /^shared-[a-z0-9-]{1,50}$/,
      "must be the name of a secret that begins with shared-, and not the secret's text",
    )
    .optional(),
  LEASEHOLD_WORKLOAD_TRACE_RATIO: z.coerce
    .number({ error: 'must be a number from 0 to 1' })
    .min(0, 'must be a number from 0 to 1')
    .max(1, 'must be a number from 0 to 1')
    .default(1),
  OTEL_EXPORTER_OTLP_ENDPOINT: httpUrl.optional(),
  BIGTABLE_EMULATOR_HOST: address.optional(),
} as const;

type Name = keyof typeof every;
type Selection<N extends Name> = { [K in N]: z.output<(typeof every)[K]> };

const common = [
  'LEASEHOLD_DATA_DIR',
  'LEASEHOLD_TOOLS_DIR',
  'LEASEHOLD_LOG_LEVEL',
  'LEASEHOLD_BIND',
] as const;

/** Where the pods of all clients send their traces. */
const workloadTraces = [
  'LEASEHOLD_WORKLOAD_OTLP_ENDPOINT',
  'LEASEHOLD_WORKLOAD_OTLP_HEADERS_SECRET',
  'LEASEHOLD_WORKLOAD_TRACE_RATIO',
] as const;

/** The settings that each program honours. */
const programs = {
  launcher: [
    ...common,
    'LEASEHOLD_PORT',
    'LEASEHOLD_EDGE_PORT',
    'LEASEHOLD_EDGE_TLS_PORT',
    'LEASEHOLD_DNS_PORT',
    'LEASEHOLD_DATABASE_URL',
    'LEASEHOLD_TWIN_LATENCY',
    'LEASEHOLD_EVENTS_KEPT_DAYS',
    'LEASEHOLD_ISSUER_URL',
    ...workloadTraces,
    'BIGTABLE_EMULATOR_HOST',
  ],
  'control-plane': [
    ...common,
    'LEASEHOLD_PORT',
    'LEASEHOLD_EDGE_PORT',
    'LEASEHOLD_DNS_PORT',
    'LEASEHOLD_ROLE',
    'LEASEHOLD_APP_DATABASE_URL',
    'LEASEHOLD_PLATFORM_DATABASE_URL',
    'LEASEHOLD_TWIN_DATABASE_URL',
    'LEASEHOLD_TWIN_LATENCY',
    'LEASEHOLD_OBJECT_STORE_PORT',
    'LEASEHOLD_GATEWAY_ADMIN_PORT',
    'LEASEHOLD_MORE_CELLS',
    'LEASEHOLD_TEMPLATES_DIR',
    'LEASEHOLD_CHARTS_DIR',
    'LEASEHOLD_WEBHOOK_REACH',
    'LEASEHOLD_ISSUER_URL',
    ...workloadTraces,
    'OTEL_EXPORTER_OTLP_ENDPOINT',
    'LEASEHOLD_EVENTS_KEPT_DAYS',
  ],
  twin: [
    ...common,
    'LEASEHOLD_CELL',
    'LEASEHOLD_EDGE_PORT',
    'LEASEHOLD_EDGE_TLS_PORT',
    'LEASEHOLD_DNS_PORT',
    'LEASEHOLD_TWIN_DATABASE_URL',
    'LEASEHOLD_TWIN_LATENCY',
    'LEASEHOLD_OBJECT_STORE_PORT',
    'LEASEHOLD_GATEWAY_PORT',
  ],
  'data-gateway': [
    ...common,
    'LEASEHOLD_CELL',
    'LEASEHOLD_GATEWAY_DATABASE_URL',
    'LEASEHOLD_GATEWAY_PORT',
    'LEASEHOLD_GATEWAY_ADMIN_PORT',
    'LEASEHOLD_GATEWAY_JWKS',
    'BIGTABLE_EMULATOR_HOST',
  ],
  cli: ['LEASEHOLD_DATA_DIR', 'LEASEHOLD_TOOLS_DIR', 'LEASEHOLD_PORT', 'LEASEHOLD_URL', 'LEASEHOLD_API_KEY'],
} as const satisfies Record<string, readonly Name[]>;

export type Program = keyof typeof programs;
export type Settings<P extends Program> = Selection<(typeof programs)[P][number]>;

/**
 * Reads a program's settings from its environment.
 * An empty value counts as unset; a LEASEHOLD_ variable that no program knows is refused, since it is most likely a typing error.
 * @throws SettingsError one sentence that names the variable.
 */
export function parseSettings<P extends Program>(
  program: P,
  env: Readonly<Record<string, string | undefined>>,
): Settings<P> {
  refuseUnknown(env);
  const shape = Object.fromEntries(programs[program].map((name) => [name, every[name]]));
  const given = Object.fromEntries(
    programs[program].map((name) => [name, env[name] === '' ? undefined : env[name]]),
  );
  const result = z.object(shape).safeParse(given);
  if (!result.success) {
    const issue = result.error.issues[0];
    const name = String(issue?.path[0]);
    const value = given[name];
    throw new SettingsError(
      value === undefined
        ? `${name} is not set; ${program} needs it.`
        : `${name} ${issue?.message ?? 'is not valid'}; it is "${redact(name, value)}".`,
    );
  }
  return result.data as unknown as Settings<P>;
}

function refuseUnknown(env: Readonly<Record<string, string | undefined>>): void {
  for (const name of Object.keys(env)) {
    if (name.startsWith('LEASEHOLD_') && !(name in every)) {
      const meant = nearest(name);
      throw new SettingsError(
        `${name} is not a setting of Leasehold${meant ? `; did you mean ${meant}?` : '.'}`,
      );
    }
  }
}

function redact(name: string, value: string): string {
  return /KEY|DATABASE_URL|SECRET/.test(name) ? 'hidden, as it may hold a secret' : value;
}

/** The known name with the fewest edits to a mistyped one, if it is close. */
function nearest(name: string): string | undefined {
  const close = Object.keys(every)
    .map((known) => ({ known, distance: editDistance(name, known) }))
    .sort((a, b) => a.distance - b.distance)[0];
  return close && close.distance <= 4 ? close.known : undefined;
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitute = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next[j] = Math.min(substitute, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1);
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
