import { isIP } from 'node:net';
import { z } from 'zod';
import type { TenantStackInput } from './tenant.input.js';

/** Where the pods of all tenants send their traces. */
export const workloadTelemetry = z.strictObject({
  /** OTLP over HTTP: `http://<service>.<namespace>.svc:<port>`, or an address instead of the name. */
  endpoint: z.url({ protocol: /^https?$/ }),
  /** Of the traces that begin at the workload, from 0 to 1. */
  ratio: z.number().min(0).max(1).default(1),
  /** Name of the secret in the cell's secret store with what is sent beside each request, as OTEL_EXPORTER_OTLP_HEADERS has it. Never a value. */
  headersSecret: z.string().min(1).optional(),
});
export type WorkloadTelemetry = z.output<typeof workloadTelemetry>;

const headersFile = 'OTEL_EXPORTER_OTLP_HEADERS';

/** The secrets that a pod is shown, by the names of their files: the tenant's own, and what its traces are sent with. */
export function podSecrets({
  secrets,
  telemetry,
}: {
  readonly secrets: Readonly<Record<string, string>>;
  readonly telemetry: WorkloadTelemetry | null;
}): Record<string, string> {
  const headers = telemetry?.headersSecret;
  return { ...secrets, ...(headers === undefined ? {} : { [headersFile]: headers }) };
}

interface Workload {
  readonly tenant: Pick<TenantStackInput['tenant'], 'id' | 'release'>;
  readonly cell: Pick<TenantStackInput['cell'], 'name'>;
  readonly telemetry: WorkloadTelemetry | null;
}

/** What a workload is told of it: https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/ */
export function telemetryEnvironment({ tenant, cell, telemetry }: Workload): Record<string, string> {
  if (telemetry === null) return {};
  const attributes = {
    'leasehold.tenant': tenant.id,
    'leasehold.release': tenant.release,
    'leasehold.cell': cell.name,
  };
  return {
    OTEL_EXPORTER_OTLP_ENDPOINT: telemetry.endpoint,
    ...(telemetry.headersSecret === undefined
      ? {}
      : { OTEL_EXPORTER_OTLP_HEADERS_FILE: `/var/run/leasehold/secrets/${headersFile}` }),
    OTEL_TRACES_SAMPLER: 'parentbased_traceidratio',
    OTEL_TRACES_SAMPLER_ARG: String(telemetry.ratio),
    OTEL_RESOURCE_ATTRIBUTES: Object.entries(attributes)
      .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
      .join(','),
  };
}

/** A Service by its name inside the cluster. */
const service = /^[a-z0-9-]+\.([a-z0-9-]+)\.svc(\.cluster\.local)?$/;

/**
 * Whom a network policy lets pods call for it, and on which port. A policy names pods and addresses, and no hostnames:
 * https://kubernetes.io/docs/concepts/services-networking/network-policies/#what-you-can-t-do-with-network-policies-at-least-not-yet
 * @throws Error when the endpoint is neither a Service nor an address.
 */
export function collectorOf({ endpoint }: WorkloadTelemetry): { readonly to: object; readonly port: number } {
  const { hostname, port, protocol } = new URL(endpoint);
  const number = Number(port || (protocol === 'https:' ? 443 : 80));
  const namespace = service.exec(hostname)?.[1];
  if (namespace !== undefined)
    return {
      to: { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } } },
      port: number,
    };
  const address = hostname === 'localhost' ? '127.0.0.1' : hostname.replace(/^\[|\]$/g, '');
  const version = isIP(address);
  if (version === 0) throw new Error(`Traces cannot be sent to ${endpoint}: no network policy can name it.`);
  return { to: { ipBlock: { cidr: `${address}/${version === 4 ? 32 : 128}` } }, port: number };
}
