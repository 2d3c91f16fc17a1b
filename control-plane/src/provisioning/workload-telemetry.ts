import { workloadTelemetry, type WorkloadTelemetry } from '@leasehold/stacks';
import type { ControlPlaneSettings } from '../platform/tokens.js';

/** Where the pods of all clients send their traces, as the settings have it; null: nowhere. */
export function telemetryOf(settings: ControlPlaneSettings): WorkloadTelemetry | null {
  const endpoint = settings.LEASEHOLD_WORKLOAD_OTLP_ENDPOINT;
  if (endpoint === undefined) return null;
  return workloadTelemetry.parse({
    endpoint,
    ratio: settings.LEASEHOLD_WORKLOAD_TRACE_RATIO,
    headersSecret: settings.LEASEHOLD_WORKLOAD_OTLP_HEADERS_SECRET,
  });
}
