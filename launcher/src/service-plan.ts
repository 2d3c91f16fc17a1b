import { join } from 'node:path';
import { roleUrl, type LoginRole, type RolePasswords } from '@leasehold/migrations';
import type { Settings } from '@leasehold/settings';
import { z } from 'zod';
import type { DataDir } from './data-dir.js';

/** What every service's environment is made from. */
export interface Surroundings {
  readonly repository: string;
  readonly settings: Settings<'launcher'>;
  readonly data: DataDir;
  readonly ownerUrl: string;
  readonly passwords: RolePasswords;
}

const port = z.int().min(1).max(65_535);
const gatewayFacts = z.object({ port, adminPort: port.optional() });
const twinFacts = z.object({
  objectStorePort: port,
  edgePort: port,
  edgeTlsPort: port.optional(),
  dnsPort: port,
});
const controlPlaneFacts = z.object({ port, firstRun: z.boolean().default(false) });

export type GatewayFacts = z.output<typeof gatewayFacts>;
export type TwinFacts = z.output<typeof twinFacts>;
export type ControlPlaneFacts = z.output<typeof controlPlaneFacts>;

/** One service: its program, what it says when it is ready, and its settings, which repeat the ports it had before a crash. */
export interface ServicePlan<F> {
  readonly name: string;
  readonly entry: string;
  readonly facts: z.ZodType<F>;
  /** The control plane makes little garbage a request: with V8's default of 16 MiB a semi-space it only grows (bench/src/api). */
  readonly nodeFlags?: readonly string[];
  environment(earlier: F | undefined): Record<string, string>;
}

export function gatewayPlan(around: Surroundings): ServicePlan<GatewayFacts> {
  return {
    name: 'data-gateway',
    entry: entryOf(around, 'data-gateway'),
    facts: gatewayFacts,
    environment: (earlier) => ({
      ...common(around),
      LEASEHOLD_GATEWAY_DATABASE_URL: databaseUrl(around, 'leasehold_gateway'),
      LEASEHOLD_GATEWAY_PORT: String(earlier?.port ?? 0),
      LEASEHOLD_GATEWAY_ADMIN_PORT: String(earlier?.adminPort ?? 0),
      LEASEHOLD_GATEWAY_JWKS: around.data.jwks,
      ...(around.settings.BIGTABLE_EMULATOR_HOST
        ? { BIGTABLE_EMULATOR_HOST: around.settings.BIGTABLE_EMULATOR_HOST }
        : {}),
    }),
  };
}

export function twinPlan(around: Surroundings, gateway: GatewayFacts): ServicePlan<TwinFacts> {
  const { settings } = around;
  return {
    name: 'twin',
    entry: entryOf(around, 'twin'),
    facts: twinFacts,
    environment: (earlier) => ({
      ...common(around),
      LEASEHOLD_TWIN_DATABASE_URL: databaseUrl(around, 'leasehold_twin'),
      LEASEHOLD_EDGE_PORT: String(earlier?.edgePort ?? settings.LEASEHOLD_EDGE_PORT),
      LEASEHOLD_EDGE_TLS_PORT: String(earlier?.edgeTlsPort ?? settings.LEASEHOLD_EDGE_TLS_PORT),
      LEASEHOLD_DNS_PORT: String(earlier?.dnsPort ?? settings.LEASEHOLD_DNS_PORT),
      LEASEHOLD_OBJECT_STORE_PORT: String(earlier?.objectStorePort ?? 0),
      LEASEHOLD_GATEWAY_PORT: String(gateway.port),
      LEASEHOLD_TWIN_LATENCY: settings.LEASEHOLD_TWIN_LATENCY,
    }),
  };
}

export function controlPlanePlan(
  around: Surroundings,
  gateway: GatewayFacts,
  twin: TwinFacts,
): ServicePlan<ControlPlaneFacts> {
  return {
    name: 'control-plane',
    entry: entryOf(around, 'control-plane'),
    nodeFlags: ['--max-semi-space-size=8', '--max-old-space-size=384'],
    facts: controlPlaneFacts,
    environment: (earlier) => ({
      ...common(around),
      LEASEHOLD_ROLE: 'all',
      LEASEHOLD_PORT: String(earlier?.port ?? around.settings.LEASEHOLD_PORT),
      LEASEHOLD_EDGE_PORT: String(twin.edgePort),
      LEASEHOLD_DNS_PORT: String(twin.dnsPort),
      LEASEHOLD_OBJECT_STORE_PORT: String(twin.objectStorePort),
      LEASEHOLD_GATEWAY_ADMIN_PORT: String(gateway.adminPort ?? gateway.port),
      LEASEHOLD_APP_DATABASE_URL: databaseUrl(around, 'leasehold_app'),
      LEASEHOLD_PLATFORM_DATABASE_URL: databaseUrl(around, 'leasehold_platform'),
      LEASEHOLD_TWIN_DATABASE_URL: databaseUrl(around, 'leasehold_twin'),
      LEASEHOLD_TWIN_LATENCY: around.settings.LEASEHOLD_TWIN_LATENCY,
      LEASEHOLD_TEMPLATES_DIR: join(around.repository, 'tenant-templates'),
      LEASEHOLD_CHARTS_DIR: join(around.repository, 'charts'),
      LEASEHOLD_WEBHOOK_REACH: 'loopback',
      ...issuerUrl(around),
      ...workloadTraces(around),
      LEASEHOLD_EVENTS_KEPT_DAYS: String(around.settings.LEASEHOLD_EVENTS_KEPT_DAYS),
    }),
  };
}

function issuerUrl({ settings }: Surroundings): Record<string, string> {
  const url = settings.LEASEHOLD_ISSUER_URL;
  return url === undefined ? {} : { LEASEHOLD_ISSUER_URL: url };
}

function workloadTraces({ settings }: Surroundings): Record<string, string> {
  const endpoint = settings.LEASEHOLD_WORKLOAD_OTLP_ENDPOINT;
  const secret = settings.LEASEHOLD_WORKLOAD_OTLP_HEADERS_SECRET;
  return {
    ...(endpoint === undefined ? {} : { LEASEHOLD_WORKLOAD_OTLP_ENDPOINT: endpoint }),
    ...(secret === undefined ? {} : { LEASEHOLD_WORKLOAD_OTLP_HEADERS_SECRET: secret }),
    LEASEHOLD_WORKLOAD_TRACE_RATIO: String(settings.LEASEHOLD_WORKLOAD_TRACE_RATIO),
  };
}

/** Each program gets only its own secrets, so nothing of the launcher's LEASEHOLD_ variables is passed on unseen. */
function common({ settings, data }: Surroundings): Record<string, string> {
  return {
    LEASEHOLD_DATA_DIR: data.root,
    LEASEHOLD_TOOLS_DIR: settings.LEASEHOLD_TOOLS_DIR,
    LEASEHOLD_LOG_LEVEL: settings.LEASEHOLD_LOG_LEVEL,
    LEASEHOLD_BIND: settings.LEASEHOLD_BIND,
  };
}

function databaseUrl({ ownerUrl, passwords }: Surroundings, role: LoginRole): string {
  return roleUrl(ownerUrl, role, passwords);
}

function entryOf({ repository }: Surroundings, room: string): string {
  return join(repository, room, 'dist', 'main.js');
}
