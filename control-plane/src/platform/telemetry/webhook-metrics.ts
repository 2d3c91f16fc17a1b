import { Histogram, type Registry } from 'prom-client';

/** Attempts of this process to deliver messages to webhooks. */
export class WebhookMetrics {
  readonly #attempts: Histogram<'verdict'>;

  constructor(registry: Registry) {
    this.#attempts = new Histogram({
      name: 'leasehold_webhook_attempt_duration_seconds',
      help: 'Time of an attempt to deliver a message to a webhook, by what became of it: succeeded, again, given_up, endpoint_gone.',
      labelNames: ['verdict'] as const,
      buckets: [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
      registers: [registry],
    });
  }

  attempted(verdict: string, seconds: number): void {
    this.#attempts.observe({ verdict }, seconds);
  }
}
