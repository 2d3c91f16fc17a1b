import type { PodConfig } from '../config/pod-config.js';
import type { RequestTracer } from './request-tracer.js';

/** A tracer where there is somewhere to send spans to; otherwise no SDK is loaded at all. */
export async function startTracing(
  { tracesEndpoint, template, tenant, podName }: PodConfig,
  version: string,
): Promise<RequestTracer | undefined> {
  if (tracesEndpoint === undefined) return undefined;
  const { otlpTracer } = await import('./otlp-tracer.js');
  return otlpTracer(tracesEndpoint, { template, version, tenant: tenant.id, pod: podName });
}
