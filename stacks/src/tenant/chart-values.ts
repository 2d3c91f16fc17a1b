import type { TemplateManifest } from '@leasehold/template-manifest';
import { dataGatewayPort, httpPort, systemNamespace } from './compute-network-policies.js';
import { objectLabels, selectorLabels } from './labels.js';
import { app, brandingUrl } from './names.js';
import { priorityClassOf, replicasWithin, type PlanTerms } from './plan-terms.js';
import type { TenantStackInput } from './tenant.input.js';
import { podSecrets, telemetryEnvironment, type WorkloadTelemetry } from './workload-telemetry.js';

export interface ChartInput {
  readonly tenant: TenantStackInput['tenant'];
  readonly cell: Pick<TenantStackInput['cell'], 'name' | 'bigtableInstance' | 'bucket' | 'gcpProject'>;
  /** Image reference with digest. */
  readonly image: string;
  readonly manifest: TemplateManifest;
  /** Values of the release's parameters, defaults filled in. */
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly terms: PlanTerms;
  /** Names of the tenant's secrets that the pod is shown, by the names of their files. */
  readonly secrets: Readonly<Record<string, string>>;
  readonly telemetry: WorkloadTelemetry | null;
}

/**
 * The values with which `charts/tenant-app` is rendered for a tenant (their shape: the chart's `values.schema.json`).
 * @throws Error when the release's manifest has no resources for the tenant's plan.
 */
export function chartValues(input: ChartInput) {
  const { tenant, cell, image, manifest, parameters, terms, secrets } = input;
  const resources = manifest.resources[tenant.plan];
  if (!resources)
    throw new Error(`Template ${manifest.name} ${manifest.version} has no resources for plan ${tenant.plan}`);
  return {
    name: app,
    labels: objectLabels(tenant),
    selectorLabels: selectorLabels(tenant),
    image,
    serviceAccount: app,
    httpPort,
    grpcPorts: grpcPortsOf(manifest).map(({ name, port }) => ({ name, port })),
    resources: { requests: resources.requests, limits: resources.limits },
    replicas: replicasWithin(resources.replicas, terms.replicas),
    scheduling: {
      whenUnsatisfiable: terms.isolation.spread === 'required' ? 'DoNotSchedule' : 'ScheduleAnyway',
      priorityClassName: priorityClassOf(terms.isolation.priority),
      nodeSelector: terms.isolation.nodeSelector,
    },
    health: manifest.health,
    secrets: podSecrets(input),
    env: {
      PORT: String(httpPort),
      ...Object.fromEntries(
        grpcPortsOf(manifest).map(({ name, port }) => [portVariable(name), String(port)]),
      ),
      TENANT_ID: tenant.id,
      TENANT_SLUG: tenant.slug,
      TENANT_NAME: tenant.displayName,
      TEMPLATE: tenant.template,
      RELEASE: tenant.release,
      ROW_KEY_PREFIX: tenant.rowKeyPrefix,
      BIGTABLE_PROJECT: cell.gcpProject,
      BIGTABLE_INSTANCE: cell.bigtableInstance,
      DATA_GATEWAY_ENDPOINT: `data-gateway.${systemNamespace}.svc:${dataGatewayPort}`,
      DATA_GATEWAY_TOKEN_FILE: '/var/run/leasehold/data-gateway/token',
      BRANDING_URL: brandingUrl(cell.bucket, tenant.id),
      BRANDING_TOKEN_FILE: '/var/run/leasehold/storage/token',
      PARAMETERS: JSON.stringify(parameters),
      ...(Object.keys(secrets).length > 0 ? { SECRETS_DIR: '/var/run/leasehold/secrets' } : {}),
      ...telemetryEnvironment(input),
      LOG_LEVEL: 'info',
    },
  };
}

/** A release's ports that speak gRPC, with the paths of their services. */
export function grpcPortsOf({ ports }: Pick<TemplateManifest, 'ports'>) {
  return ports.flatMap(({ name, port, protocol, paths = [] }) =>
    protocol === 'grpc' ? [{ name, port, paths }] : [],
  );
}

/** The variable that tells a workload its port: `GRPC_PORT` for the one named `grpc`. */
function portVariable(name: string): string {
  return `${name.toUpperCase().replaceAll('-', '_')}_PORT`;
}
