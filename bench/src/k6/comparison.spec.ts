import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compare, incomparable, rules, type Line } from './comparison.js';
import type { Numbers, Run } from './numbers.js';

const numbers: Numbers = { perSecond: 1000, p50: 10, p95: 20, p99: 40, errors: 0, memory: 100 };

function runOf(changed: Partial<Numbers> = {}, calibration = 10_000): Run {
  return {
    at: '2026-01-01T00:00:00Z',
    k6: '1.8.1',
    users: 32,
    seconds: 20,
    machine: { cpus: 2, model: 'a machine', node: 'v24.0.0' },
    scripts: { counter: { calibration, numbers: { ...numbers, ...changed } } },
  };
}

const worse = (lines: readonly Line[]): string[] =>
  lines.filter((line) => line.worse).map(({ title }) => title);

describe('a run beside its baseline', () => {
  it('is not worse when it is the same', () => {
    expect(worse(compare(runOf(), runOf()))).toEqual([]);
  });

  it.each([
    ['requests/s', { perSecond: 740 }],
    ['p50 ms', { p50: 14 }],
    ['p95 ms', { p95: 31 }],
    ['p99 ms', { p99: 81 }],
    ['errors', { errors: 0.0001 }],
    ['memory MB', { memory: 126 }],
  ])('is worse in %s beyond the tolerance', (title, changed) => {
    expect(worse(compare(runOf(), runOf(changed)))).toEqual([title]);
  });

  it('may be worse within the tolerance', () => {
    const changed = { perSecond: 760, p50: 13, p95: 29, p99: 79, memory: 124 };
    expect(worse(compare(runOf(), runOf(changed)))).toEqual([]);
  });

  it('is judged on a machine of half the speed by half the rate and twice the time', () => {
    const slower = { perSecond: 500, p50: 20, p95: 40, p99: 80 };
    expect(worse(compare(runOf(), runOf(slower, 5000)))).toEqual([]);
    expect(worse(compare(runOf(), runOf(slower)))).toEqual(['requests/s', 'p50 ms', 'p95 ms']);
  });

  it('is not excused by a faster machine', () => {
    expect(worse(compare(runOf(), runOf({}, 20_000)))).toEqual(['requests/s', 'p50 ms', 'p95 ms']);
  });

  it('is not judged where the baseline does not know the script', () => {
    const lines = compare({ ...runOf(), scripts: {} }, runOf());
    expect(lines).toHaveLength(rules.length);
    expect(worse(lines)).toEqual([]);
  });

  it('is compared with a baseline of as many users alone', () => {
    expect(incomparable(runOf(), { ...runOf(), seconds: 5 })).toBeUndefined();
    expect(incomparable(runOf(), { ...runOf(), users: 16 })).toContain('--users 32');
  });

  it('is never worse for being better', () => {
    const share = fc.double({ min: 0.01, max: 1, noNaN: true });
    fc.assert(
      fc.property(share, (by) => {
        const better = { perSecond: 1000 / by, p50: 10 * by, p95: 20 * by, p99: 40 * by, memory: 100 * by };
        expect(worse(compare(runOf(), runOf(better)))).toEqual([]);
      }),
    );
  });
});
