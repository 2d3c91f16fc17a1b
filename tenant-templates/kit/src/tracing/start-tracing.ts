import { readFile } from 'node:fs/promises';
import type { PodConfig } from '../config/pod-config.js';
import { parseOtlpHeaders } from './otlp-headers.js';
import type { RequestTracer } from './request-tracer.js';

/**
 * A tracer where there is somewhere to send spans to; otherwise no SDK is loaded at all.
 * @throws Error when the file with the headers cannot be read, or has something else in it.
 */
export async function startTracing(
  { tracesEndpoint, tracesHeadersFile, template, tenant, podName }: PodConfig,
  version: string,
): Promise<RequestTracer | undefined> {
  if (tracesEndpoint === undefined) return undefined;
  const headers =
    tracesHeadersFile === undefined ? {} : parseOtlpHeaders(await readFile(tracesHeadersFile, 'utf8'));
  const { otlpTracer } = await import('./otlp-tracer.js');
  return otlpTracer(tracesEndpoint, { template, version, tenant: tenant.id, pod: podName }, headers);
}
