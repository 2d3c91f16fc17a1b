import { Injectable } from '@nestjs/common';
import { collectDefaultMetrics, Histogram, Registry } from 'prom-client';

/** The program's Prometheus registry and what every request adds to it: rate, errors, duration (by route, never by path). */
@Injectable()
export class Metrics {
  readonly registry = new Registry();

  readonly #requests = new Histogram({
    name: 'leasehold_http_request_duration_seconds',
    help: 'Time to answer requests to the API, by route and status.',
    labelNames: ['method', 'route', 'status'] as const,
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers: [this.registry],
  });

  constructor() {
    collectDefaultMetrics({ register: this.registry });
  }

  observeRequest(request: { method: string; route: string; status: number; seconds: number }): void {
    this.#requests.observe(
      { method: request.method, route: request.route, status: String(request.status) },
      request.seconds,
    );
  }
}
