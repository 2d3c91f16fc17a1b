/** What all scripts have in common: how many users, how long, what must hold, and what the summary shows. */
import { Gauge } from 'k6/metrics';
import type { Options } from 'k6/options';

/** Where the product answers: a pod, or a tenant's hostname at the edge. */
export const baseUrl = setting('BASE_URL');

/** Each user asks for the next when it has its answer. `--vus` and `--duration` of k6 say otherwise. */
export function optionsOf(duration: 'http_req_duration' | 'grpc_req_duration'): Options {
  return {
    vus: 32,
    duration: '20s',
    setupTimeout: '60s',
    summaryTrendStats: ['med', 'p(95)', 'p(99)'],
    thresholds: { checks: ['rate==1'], [duration]: ['p(99)<1000'] },
  };
}

/** What the product's own books say at the end of how many requests there were; the runner compares it with what k6 has counted. */
export const booksFound = new Gauge('books_found');

/** @throws when the variable is not given (`k6 run -e NAME=…`) */
export function setting(name: string): string {
  const value = __ENV[name];
  if (value === undefined || value === '') throw new Error(`Give ${name} with -e ${name}=…`);
  return value;
}
