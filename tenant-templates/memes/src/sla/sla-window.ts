/** What the service has answered in the last hour, in slices of ten seconds. */

const sliceMs = 10_000;
const slices = 360;
/** Upper bounds of the latencies that are told apart, in milliseconds. */
const bounds = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000];

interface Slice {
  index: number;
  calls: number;
  failures: number;
  latencies: number[];
}

export interface SlaFigures {
  readonly seconds: number;
  readonly calls: number;
  readonly failures: number;
  /** Share of calls in percent that did not fail; null without calls. */
  readonly availability: number | null;
  readonly errorRate: number | null;
  /** Calls per second. */
  readonly throughput: number;
  /** The bound below which that share of the answers was; null beyond the greatest bound, or without calls. */
  readonly latencyMs: { readonly p50: number | null; readonly p99: number | null };
}

export class SlaWindow {
  private readonly ring = new Map<number, Slice>();
  private readonly started: number;

  /** @param now milliseconds on a clock that never goes back. */
  constructor(private readonly now: () => number) {
    this.started = now();
  }

  /** Counts an answer. An answer of 500 and above is a failure of the service; a refusal is not. */
  record(status: number, ms: number): void {
    const slice = this.current();
    slice.calls += 1;
    if (status >= 500) slice.failures += 1;
    const bucket = bounds.findIndex((bound) => ms <= bound);
    const at = bucket === -1 ? bounds.length : bucket;
    slice.latencies[at] = (slice.latencies[at] ?? 0) + 1;
  }

  /** The figures of the last seconds, at most an hour. */
  figures(seconds: number): SlaFigures {
    const now = this.now();
    const oldest = Math.floor((now - seconds * 1000) / sliceMs);
    const recent = [...this.ring.values()].filter(({ index }) => index > oldest);
    const calls = sum(recent.map((slice) => slice.calls));
    const failures = sum(recent.map((slice) => slice.failures));
    const latencies = bounds.map((_, at) => sum(recent.map((slice) => slice.latencies[at] ?? 0)));
    const measured = Math.max(1, Math.min(seconds, (now - this.started) / 1000));
    const errorRate = calls === 0 ? null : failures / calls;
    return {
      seconds: Math.round(measured),
      calls,
      failures,
      availability: errorRate === null ? null : 100 * (1 - errorRate),
      errorRate,
      throughput: calls / measured,
      latencyMs: { p50: quantile(latencies, calls, 0.5), p99: quantile(latencies, calls, 0.99) },
    };
  }

  private current(): Slice {
    const index = Math.floor(this.now() / sliceMs);
    const place = index % slices;
    const slice = this.ring.get(place);
    if (slice?.index === index) return slice;
    const fresh = { index, calls: 0, failures: 0, latencies: [] };
    this.ring.set(place, fresh);
    return fresh;
  }
}

function quantile(latencies: readonly number[], calls: number, share: number): number | null {
  let seen = 0;
  for (const [at, count] of latencies.entries()) {
    seen += count;
    if (calls > 0 && seen >= calls * share) return bounds[at] ?? null;
  }
  return null;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
