import { context, propagation, trace } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { productVersion } from './product-version.js';

/** Sends spans until it is stopped. */
export interface RunningTracing {
  /** Sends what is left. */
  stop(): Promise<void>;
}

/**
 * Registers OpenTelemetry's SDK with an exporter over OTLP/HTTP (JSON). Loading this file loads the SDK, so it is imported only
 * when an endpoint is set. Headers and limits come from the standard OTEL_* variables, which the SDK reads itself.
 */
export function startSdk(endpoint: string, role: string): RunningTracing {
  const url = `${endpoint.replace(/\/+$/, '')}/v1/traces`;
  const provider = new NodeTracerProvider({
    resource: resourceFromAttributes({
      'service.name': 'leasehold-control-plane',
      'service.version': productVersion(),
      'leasehold.role': role,
    }),
    spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter({ url }), { scheduledDelayMillis: 1_000 })],
  });
  provider.register();
  return {
    stop: async () => {
      await provider.shutdown();
      trace.disable();
      context.disable();
      propagation.disable();
    },
  };
}
