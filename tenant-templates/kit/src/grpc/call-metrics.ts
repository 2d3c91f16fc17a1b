/** Rate, errors and duration of gRPC calls, by method. */
import type { Counter, Histogram, Metrics } from '../metrics/metrics.js';
import { statusName } from './status.js';

/** Seconds; from a sum out of a register to a stream that is read for long. */
const buckets = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** What one method records; `method` is its path as declared, never the caller's text. */
export class CallMetrics {
  private readonly durations: Histogram;
  private readonly counters = new Map<number, Counter>();

  constructor(
    private readonly metrics: Metrics,
    private readonly method: string,
  ) {
    const help = 'Time from the headers of the call to its status in seconds.';
    this.durations = metrics.histogram('grpc_server_handling_seconds', help, buckets, { method });
  }

  record(status: number, seconds: number): void {
    this.durations.observe(seconds);
    let counter = this.counters.get(status);
    if (counter === undefined) {
      const labels = { method: this.method, code: statusName(status) };
      counter = this.metrics.counter('grpc_server_handled_total', 'Calls ended, by status.', labels);
      this.counters.set(status, counter);
    }
    counter.add();
  }
}
