import { describe, expect, it } from 'vitest';
import { SlaWindow } from './sla-window.js';

function windowAt(start = 0): { window: SlaWindow; clock: { now: number } } {
  const clock = { now: start };
  return { window: new SlaWindow(() => clock.now), clock };
}

describe('what a replica measures of itself', () => {
  it('counts answers of 500 and above as failures, and refusals as served', () => {
    const { window, clock } = windowAt();
    for (const status of [200, 200, 402, 503]) window.record(status, 4);
    clock.now = 4_000;
    expect(window.figures(60)).toEqual({
      seconds: 4,
      calls: 4,
      failures: 1,
      availability: 75,
      errorRate: 0.25,
      throughput: 1,
      latencyMs: { p50: 5, p99: 5 },
    });
  });

  it('claims nothing without calls', () => {
    expect(windowAt().window.figures(60)).toMatchObject({
      availability: null,
      errorRate: null,
      latencyMs: { p50: null, p99: null },
    });
  });

  it('forgets what is older than is asked for, and all of it after an hour', () => {
    const { window, clock } = windowAt(5_000);
    window.record(500, 1);
    clock.now += 120_000;
    window.record(200, 1);
    expect(window.figures(60)).toMatchObject({ calls: 1, failures: 0 });
    expect(window.figures(3600)).toMatchObject({ calls: 2, failures: 1 });
    clock.now += 3_600_000;
    window.record(200, 1);
    expect(window.figures(3600).calls).toBe(1);
  });

  it('does not say how slow the slowest were beyond what it tells apart', () => {
    const { window } = windowAt();
    window.record(200, 60_000);
    expect(window.figures(60).latencyMs).toEqual({ p50: null, p99: null });
  });
});
