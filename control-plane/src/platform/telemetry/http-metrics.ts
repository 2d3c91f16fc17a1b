import { Histogram, type Registry } from 'prom-client';

/** Rate, errors and duration of requests to the API: by route, never by path. */
export class HttpMetrics {
  readonly #requests: Histogram<'method' | 'route' | 'status_class'>;

  constructor(registry: Registry) {
    this.#requests = new Histogram({
      name: 'leasehold_http_request_duration_seconds',
      help: 'Time to answer requests to the API, by method, route and class of status; its count is the rate.',
      labelNames: ['method', 'route', 'status_class'] as const,
      buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
      registers: [registry],
    });
  }

  observe(request: { method: string; route: string; status: number; seconds: number }): void {
    const { method, route, status, seconds } = request;
    this.#requests.observe({ method, route, status_class: `${Math.floor(status / 100)}xx` }, seconds);
  }
}
