import { expect, it } from 'vitest';
import { compare } from './comparison.js';
import type { Run } from './numbers.js';
import { reportOf } from './report.js';

const run: Run = {
  at: '2026-01-01T00:00:00Z',
  k6: '1.8.1',
  users: 32,
  seconds: 20,
  machine: { cpus: 2, model: 'a machine', node: 'v24.0.0' },
  scripts: {
    counter: {
      calibration: 10_000,
      numbers: { perSecond: 1234.5, p50: 1.004, p95: 2, p99: 4, errors: 0, memory: 100 },
    },
  },
};

it('says in its title that all is well, and shows each number', () => {
  const report = reportOf(run, run, compare(run, run), []);
  expect(report).toContain('# k6: as the baseline, within tolerance');
  expect(report).toContain('| counter | requests/s | 1230 | 1230 | 1230 | 25 % |  |');
  expect(report).toContain('in requests/s: 10000 around counter (baseline 10000).');
});

it('begins with what failed', () => {
  const slow = { ...run, scripts: { counter: { ...run.scripts['counter'], calibration: 40_000 } } } as Run;
  const report = reportOf(run, slow, compare(run, slow), ['counter: a number came twice']);
  expect(report).toContain('# k6: 1 faults, 4 numbers worse than the baseline');
  expect(report).toContain('- **counter: a number came twice**');
  expect(report).toContain('**worse**');
});

it('says that there is no baseline', () => {
  expect(reportOf(undefined, run, compare(undefined, run), [])).toContain('no baseline yet');
});
