/** Rate, errors and duration of requests, by route. */
import type { Counter, Histogram, Metrics } from './metrics.js';

/** Seconds; from a counter's answer out of memory to a slow client's upload. */
const buckets = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const knownMethods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

/** What one route records; `route` is its path as declared, never the caller's text. */
export class RouteMetrics {
  private readonly durations: Histogram;
  private readonly counters = new Map<string, Map<number, Counter>>();

  constructor(
    private readonly metrics: Metrics,
    private readonly route: string,
  ) {
    const help = 'Time from the request line to the end of the answer in seconds.';
    this.durations = metrics.histogram('http_request_duration_seconds', help, buckets, { route });
  }

  record(method: string, status: number, seconds: number): void {
    this.durations.observe(seconds);
    this.counter(knownMethods.has(method) ? method : 'other', status).add();
  }

  private counter(method: string, status: number): Counter {
    let byStatus = this.counters.get(method);
    if (byStatus === undefined) this.counters.set(method, (byStatus = new Map<number, Counter>()));
    let counter = byStatus.get(status);
    if (counter === undefined) {
      const labels = { route: this.route, method, status: String(status) };
      counter = this.metrics.counter('http_requests_total', 'Requests answered.', labels);
      byStatus.set(status, counter);
    }
    return counter;
  }
}
