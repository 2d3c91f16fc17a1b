/** Rate, errors and duration of the workload's calls for its rows, by table. */
import type { ObservedCall } from '@leasehold/tenant-data';
import type { Counter, Histogram, Metrics } from './metrics.js';

/** Seconds; from a row that is near to the longest deadline. */
const buckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Records calls; for `observe` of `openTenantData`. A series begins with its first call. */
export function dataMetrics(metrics: Metrics): (call: ObservedCall) => void {
  const counters = new Map<string, Counter>();
  const durations = new Map<string, Histogram>();
  return ({ table, name: call, outcome, seconds }) => {
    const place = `${table} ${call}`;
    const counted = `${place} ${outcome}`;
    let counter = counters.get(counted);
    if (counter === undefined) {
      counter = metrics.counter('data_calls_total', 'Calls for rows that have ended.', {
        table,
        call,
        outcome,
      });
      counters.set(counted, counter);
    }
    let duration = durations.get(place);
    if (duration === undefined) {
      const help = 'Time of a call for rows with its attempts in seconds.';
      duration = metrics.histogram('data_call_duration_seconds', help, buckets, { table, call });
      durations.set(place, duration);
    }
    counter.add();
    duration.observe(seconds);
  };
}
