import { z } from 'zod';

const trend = z.looseObject({ med: z.number(), 'p(95)': z.number(), 'p(99)': z.number() });
/** `true`: the threshold was crossed. */
const thresholds = z.record(z.string(), z.boolean()).optional();

/** What `k6 run --summary-export` writes, as far as it is read here. https://grafana.com/docs/k6/latest/results-output/end-of-test */
const summarySchema = z.looseObject({
  metrics: z.looseObject({
    iterations: z.looseObject({ count: z.int() }),
    checks: z.looseObject({ passes: z.int(), fails: z.int() }),
    http_req_duration: trend.optional(),
    grpc_req_duration: trend.optional(),
    books_found: z.looseObject({ value: z.number() }).optional(),
  }),
});
const thresholdsSchema = z.looseObject({
  metrics: z.record(z.string(), z.looseObject({ thresholds })),
});

/** A script's summary: its numbers but for the memory, and what was wrong, a sentence each. */
export interface Summary {
  readonly requests: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly errors: number;
  readonly faults: readonly string[];
}

/** @throws ZodError when it is not a summary of k6 */
export function summaryOf(json: unknown): Summary {
  const { metrics } = summarySchema.parse(json);
  const {
    iterations,
    checks,
    http_req_duration: http,
    grpc_req_duration: grpc,
    books_found: books,
  } = metrics;
  const times = grpc ?? http;
  if (times === undefined) throw new Error('The script has sent no request.');
  const faults = crossed(json);
  if (books !== undefined && books.value !== iterations.count)
    faults.push(`${iterations.count} requests, and the product's books say ${books.value}`);
  return {
    requests: iterations.count,
    p50: times.med,
    p95: times['p(95)'],
    p99: times['p(99)'],
    errors: checks.fails / (checks.passes + checks.fails),
    faults,
  };
}

function crossed(json: unknown): string[] {
  const { metrics } = thresholdsSchema.parse(json);
  return Object.entries(metrics).flatMap(([metric, { thresholds: of = {} }]) =>
    Object.entries(of)
      .filter(([, isCrossed]) => isCrossed)
      .map(([threshold]) => `${metric} does not keep ${threshold}`),
  );
}
