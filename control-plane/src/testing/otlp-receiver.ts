import { once } from 'node:events';
import { createServer } from 'node:http';
import { z } from 'zod';

/** https://opentelemetry.io/docs/specs/otlp/#otlphttp-request, as JSON; ids are in hexadecimal. */
const attribute = z.object({
  key: z.string(),
  value: z.object({
    stringValue: z.string().optional(),
    intValue: z.union([z.string(), z.number()]).optional(),
  }),
});
const span = z.object({
  traceId: z.string(),
  spanId: z.string(),
  parentSpanId: z.string().optional(),
  name: z.string(),
  attributes: z.array(attribute),
  status: z.object({ code: z.number().optional(), message: z.string().optional() }),
});
const exported = z.object({
  resourceSpans: z.array(
    z.object({
      resource: z.object({ attributes: z.array(attribute) }),
      scopeSpans: z.array(z.object({ spans: z.array(span) })),
    }),
  ),
});

export type ReceivedSpan = z.infer<typeof span>;

/** Spans of one sender. */
export interface ReceivedBatch {
  readonly authorization: string | undefined;
  readonly resource: Readonly<Record<string, string | undefined>>;
  readonly spans: readonly ReceivedSpan[];
}

export interface OtlpReceiver {
  /** For OTEL_EXPORTER_OTLP_ENDPOINT. */
  readonly url: string;
  readonly spans: readonly ReceivedSpan[];
  readonly batches: readonly ReceivedBatch[];
  stop(): Promise<void>;
}

/** A collector that keeps what it is sent. */
export async function startOtlpReceiver(): Promise<OtlpReceiver> {
  const spans: ReceivedSpan[] = [];
  const batches: ReceivedBatch[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const parsed = exported.safeParse(JSON.parse(Buffer.concat(chunks).toString()));
      const known = request.url === '/v1/traces' && parsed.success;
      if (known)
        for (const { resource, scopeSpans } of parsed.data.resourceSpans) {
          const sent = scopeSpans.flatMap((scope) => scope.spans);
          const attributes = resource.attributes.map(({ key, value }) => [key, value.stringValue] as const);
          const { authorization } = request.headers;
          spans.push(...sent);
          batches.push({ authorization, resource: Object.fromEntries(attributes), spans: sent });
        }
      response.writeHead(known ? 200 : 400, { 'content-type': 'application/json' }).end('{}');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = z.object({ port: z.number() }).parse(server.address());
  return {
    url: `http://127.0.0.1:${port}`,
    spans,
    batches,
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** A span with what is below it: its name, and the same of its parts in alphabetical order. */
export function below(spans: readonly ReceivedSpan[], parent: string | undefined): string[] {
  return spans
    .filter(({ parentSpanId = '' }) => parentSpanId === (parent ?? ''))
    .map(({ name }) => name)
    .sort();
}
