import { expect, it } from 'vitest';
import { dataMetrics } from './data-metrics.js';
import { Metrics } from './metrics.js';

it('calls for rows are counted by table, call and outcome, with their time', () => {
  const metrics = new Metrics();
  const observe = dataMetrics(metrics);
  const call = { name: 'mutate', table: 'counters', kind: 'write', bytes: 10, attempts: 1 } as const;
  observe({ ...call, outcome: 'ok', seconds: 0.002 });
  observe({ ...call, outcome: 'ok', seconds: 0.2 });
  observe({ ...call, outcome: 'unavailable', seconds: 5 });
  const text = metrics.expose();
  expect(text).toContain('data_calls_total{table="counters",call="mutate",outcome="ok"} 2');
  expect(text).toContain('data_calls_total{table="counters",call="mutate",outcome="unavailable"} 1');
  expect(text).toContain('data_call_duration_seconds_bucket{table="counters",call="mutate",le="0.0025"} 1');
  expect(text).toContain('data_call_duration_seconds_count{table="counters",call="mutate"} 3');
});
