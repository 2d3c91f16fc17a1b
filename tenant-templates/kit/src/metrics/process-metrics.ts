import { performance } from 'node:perf_hooks';
import type { Metrics } from './metrics.js';

/** The standard metrics of a process, read at each scrape: no timer keeps an idle pod busy. */
export function registerProcessMetrics(metrics: Metrics): void {
  const start = performance.timeOrigin / 1000;
  let utilization = performance.eventLoopUtilization();
  metrics.counterOf('process_cpu_seconds_total', 'User and system CPU time in seconds.', () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1e6;
  });
  metrics.gauge('process_start_time_seconds', 'Start of the process in seconds since 1970.', () => start);
  metrics.gauge('process_resident_memory_bytes', 'Resident memory in bytes.', () =>
    process.memoryUsage.rss(),
  );
  metrics.gauge('nodejs_heap_size_used_bytes', 'Used heap in bytes.', () => process.memoryUsage().heapUsed);
  metrics.gauge(
    'nodejs_eventloop_utilization',
    'Share of time the event loop was busy since the last scrape.',
    () => {
      const now = performance.eventLoopUtilization();
      const since = performance.eventLoopUtilization(now, utilization);
      utilization = now;
      return since.utilization;
    },
  );
}
