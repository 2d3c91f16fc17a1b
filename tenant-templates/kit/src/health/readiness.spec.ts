import { describe, expect, it } from 'vitest';
import { ReadinessCheck } from './readiness.js';

function setUp() {
  const gateway = { up: true, pings: 0 };
  const clock = { now: 0 };
  const check = new ReadinessCheck(
    () => {
      gateway.pings += 1;
      return gateway.up ? Promise.resolve() : Promise.reject(new Error('the data gateway does not answer'));
    },
    () => clock.now,
  );
  return { check, gateway, clock };
}

describe('readiness', () => {
  it('tells the truth again two seconds later, and asks once for all probes between', async () => {
    const { check, gateway, clock } = setUp();
    expect(await Promise.all([check.check(), check.check()])).toEqual([{ ready: true }, { ready: true }]);
    gateway.up = false;
    clock.now = 1_900;
    expect(await check.check()).toEqual({ ready: true });
    clock.now = 2_000;
    expect(await check.check()).toEqual({ ready: false, reason: 'the data gateway does not answer' });
    expect(gateway.pings).toBe(2);
  });

  it('comes back within half a second', async () => {
    const { check, gateway, clock } = setUp();
    gateway.up = false;
    expect((await check.check()).ready).toBe(false);
    gateway.up = true;
    clock.now = 500;
    expect((await check.check()).ready).toBe(true);
  });

  it('ends with the pod', async () => {
    const { check } = setUp();
    await check.check();
    check.stop();
    expect(await check.check()).toEqual({ ready: false, reason: 'the pod is stopping' });
  });
});
