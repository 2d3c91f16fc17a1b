import { Counter, Gauge, Histogram, Registry } from 'prom-client';

/** What the gateway counts; per tenant where it is the ground of metering. */
export class GatewayMetrics {
  readonly registry = new Registry();
  readonly #calls = this.#counter('calls_total', 'Calls by method and gRPC status.', ['method', 'status']);
  readonly #rows = this.#counter('rows_total', 'Rows read and written.', ['tenant', 'direction']);
  readonly #bytes = this.#counter('bytes_total', 'Bytes of messages read and written.', [
    'tenant',
    'direction',
  ]);
  readonly #tenantCalls = this.#counter('tenant_calls_total', 'Calls of a tenant that were allowed.', [
    'tenant',
  ]);
  readonly #fsync = new Histogram({
    name: 'leasehold_gateway_log_sync_seconds',
    help: 'Time to make a batch of the log durable.',
    buckets: [0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5],
    registers: [this.registry],
  });
  readonly #logBytes = this.#counter('log_bytes_total', 'Bytes written to the log.', []);
  readonly #logRecords = this.#counter('log_records_total', 'Records written to the log.', []);

  /** @param state read when the metrics are scraped. */
  constructor(state: { serving: () => boolean; writable: () => boolean }) {
    this.#gauge('serving', '1 while calls are served.', state.serving);
    this.#gauge('log_writable', '1 while the disk takes writes.', state.writable);
  }

  called(method: string, status: number): void {
    this.#calls.inc({ method, status });
  }

  /** A call of a tenant read or wrote rows. */
  used(tenant: string, direction: 'read' | 'written', rows: number, bytes: number): void {
    this.#rows.inc({ tenant, direction }, rows);
    this.#bytes.inc({ tenant, direction }, bytes);
  }

  tenantCalled(tenant: string): void {
    this.#tenantCalls.inc({ tenant });
  }

  synced({ seconds, bytes, records }: { seconds: number; bytes: number; records: number }): void {
    this.#fsync.observe(seconds);
    this.#logBytes.inc(bytes);
    this.#logRecords.inc(records);
  }

  #counter(name: string, help: string, labelNames: string[]): Counter {
    return new Counter({ name: `leasehold_gateway_${name}`, help, labelNames, registers: [this.registry] });
  }

  #gauge(name: string, help: string, state: () => boolean): void {
    new Gauge({
      name: `leasehold_gateway_${name}`,
      help,
      registers: [this.registry],
      collect() {
        this.set(state() ? 1 : 0);
      },
    });
  }
}
