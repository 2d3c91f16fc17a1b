/** The environment a workload is started with, parsed once: nothing else of the process environment is read. */
import * as z from 'zod/mini';
import { authConfigOf, authEnvironment, type AuthConfig } from './auth-config.js';

const port = z.coerce.number().check(z.int(), z.minimum(0), z.maximum(65535));
const text = z.string().check(z.minLength(1, 'must not be empty'));
const url = z.url({ protocol: /^https?$/, error: 'must be an http or https URL' });
const endpoint = z.string().check(z.regex(/^(\[[0-9a-f:]+\]|[\w.-]+):\d{1,5}$/, 'must be host:port'));

const environment = z.object({
  PORT: port,
  GRPC_PORT: z.optional(port),
  TENANT_ID: text,
  TENANT_SLUG: text,
  TENANT_NAME: text,
  TEMPLATE: text,
  RELEASE: text,
  POD_NAME: text,
  ROW_KEY_PREFIX: z.string().check(z.regex(/^[0-9a-hjkmnp-tv-z]{10}$/, 'must be a row-key prefix')),
  BIGTABLE_PROJECT: text,
  BIGTABLE_INSTANCE: text,
  DATA_GATEWAY_ENDPOINT: endpoint,
  DATA_GATEWAY_TOKEN_FILE: text,
  BRANDING_URL: url,
  BRANDING_TOKEN_FILE: text,
  SECRETS_DIR: z.optional(text),
  PARAMETERS: z._default(z.string(), '{}'),
  LOG_LEVEL: z._default(z.enum(['debug', 'info', 'warn', 'error']), 'info'),
  OTEL_EXPORTER_OTLP_ENDPOINT: z.optional(url),
  OTEL_EXPORTER_OTLP_HEADERS_FILE: z.optional(text),
  ...authEnvironment,
});

const parameterObject = z.looseObject({
  rateLimitPerSecond: z.optional(z.number().check(z.positive('must be above 0'))),
  auth: z._default(z.enum(['off', 'jwt', 'api-key', 'any'], 'must be off, jwt, api-key or any'), 'off'),
  flags: z.optional(z.record(z.string(), z.boolean())),
});

export type Parameters = z.infer<typeof parameterObject>;
export type LogLevel = z.infer<typeof environment>['LOG_LEVEL'];

export interface PodConfig {
  port: number;
  /** Where a workload with gRPC services answers those; undefined: the tenant's route has no such port. */
  grpcPort: number | undefined;
  tenant: { id: string; slug: string; name: string };
  template: string;
  release: string;
  podName: string;
  data: { prefix: string; project: string; instance: string; endpoint: string; tokenFile: string };
  branding: { url: string; tokenFile: string };
  /** Whose tokens the workload takes; undefined: nobody's. */
  auth: AuthConfig | undefined;
  /** Where the files of the tenant's secrets are, each of its secret's name; undefined: it has none. */
  secretsDir: string | undefined;
  /** Where spans are sent to; undefined: nowhere. */
  tracesEndpoint: string | undefined;
  /** A file with the headers that they are sent with, as OTEL_EXPORTER_OTLP_HEADERS has them. */
  tracesHeadersFile: string | undefined;
  parameters: Parameters;
  logLevel: LogLevel;
}

/** The environment does not fit; the message names each variable and what it must be. */
export class PodConfigError extends Error {
  override readonly name = 'PodConfigError';
}

/** @throws PodConfigError naming every missing or wrong variable. */
export function parsePodConfig(env: NodeJS.ProcessEnv): PodConfig {
  const parsed = environment.safeParse(env);
  if (!parsed.success) throw new PodConfigError(sentence(parsed.error.issues, env));
  const value = parsed.data;
  return {
    port: value.PORT,
    grpcPort: value.GRPC_PORT,
    tenant: { id: value.TENANT_ID, slug: value.TENANT_SLUG, name: value.TENANT_NAME },
    template: value.TEMPLATE,
    release: value.RELEASE,
    podName: value.POD_NAME,
    data: {
      prefix: value.ROW_KEY_PREFIX,
      project: value.BIGTABLE_PROJECT,
      instance: value.BIGTABLE_INSTANCE,
      endpoint: value.DATA_GATEWAY_ENDPOINT,
      tokenFile: value.DATA_GATEWAY_TOKEN_FILE,
    },
    branding: { url: value.BRANDING_URL, tokenFile: value.BRANDING_TOKEN_FILE },
    auth: authConfigOf(value),
    tracesEndpoint: value.OTEL_EXPORTER_OTLP_ENDPOINT,
    tracesHeadersFile: value.OTEL_EXPORTER_OTLP_HEADERS_FILE,
    secretsDir: value.SECRETS_DIR,
    parameters: parseParameters(value.PARAMETERS),
    logLevel: value.LOG_LEVEL,
  };
}

function parseParameters(json: string): Parameters {
  let content: unknown;
  try {
    content = JSON.parse(json);
  } catch {
    throw new PodConfigError(
      'The environment of this workload is not usable: PARAMETERS must be a JSON object.',
    );
  }
  const parsed = parameterObject.safeParse(content);
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.map((issue) => ({ ...issue, path: ['PARAMETERS', ...issue.path] }));
  throw new PodConfigError(sentence(issues, { PARAMETERS: json }));
}

function sentence(
  issues: readonly { path: PropertyKey[]; message: string }[],
  env: NodeJS.ProcessEnv,
): string {
  const parts = issues.map(({ path, message }) => {
    const name = String(path[0]);
    const reason = env[name] === undefined ? 'is missing' : message;
    return `${path.map(String).join('.')} ${reason}`;
  });
  return `The environment of this workload is not usable: ${parts.join('; ')}.`;
}

/**
 * The address to listen on; undefined is every address, of IPv6 and IPv4. A pod whose data gateway is on loopback shares
 * its machine with the people who use it (the twin), and must not be reachable from the network past the edge; in a
 * cluster the pod has an address of its own.
 */
export function listenAddress(config: PodConfig): string | undefined {
  const host = config.data.endpoint.slice(0, config.data.endpoint.lastIndexOf(':'));
  const loopback = host === 'localhost' || host === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(host);
  return loopback ? '127.0.0.1' : undefined;
}
