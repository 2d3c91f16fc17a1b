import { readFile } from 'node:fs/promises';
import { Metrics } from '@leasehold/tenant-kit';
import { expect, it } from 'vitest';
import { registerMetrics } from './memes-metrics.js';

/** Metrics that the kit gives every workload. */
const ofTheKit = ['http_request_duration_seconds', 'http_requests_total'];

it('the alert rules look at metrics that memes has', async () => {
  const metrics = new Metrics();
  registerMetrics(metrics, {
    ledger: { waiting: 0, oldestMs: 0, counts: { commits: 0, conflicts: 0 } },
    compensations: { pending: 0, deadLetters: 0 },
    geocoder: { hits: 0, misses: 0 },
    settlementFailures: () => 0,
  });
  const exposed = [...metrics.expose().matchAll(/^# TYPE (\S+)/gm)].map(([, name = '']) => name);
  const rules = await readFile(
    new URL('../../../deploy/workloads/memes-alerts.yaml', import.meta.url),
    'utf8',
  );
  const used = [...rules.matchAll(/\b(?:memes|http)_[a-z_]+/g)].map(([name]) =>
    name.replace(/_(bucket|count|sum)$/, ''),
  );
  expect(used.length).toBeGreaterThan(5);
  for (const name of used) expect([...exposed, ...ofTheKit]).toContain(name);
});
