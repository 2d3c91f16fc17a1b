import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FairQueue, type Leave } from './fair-queue.js';

interface Served {
  readonly name: string;
  readonly leave: Leave;
}

/** A queue with one place, and who gets it in which order. */
class Counter {
  readonly served: Served[] = [];
  readonly queue = new FairQueue({ places: 1, maxWaiting: 10_000, maxStayMs: 60_000 });
  readonly #waiting: Promise<void>[] = [];

  enter(name: string, weight = 1, cost = 1): void {
    const place = this.queue.enter(name, weight, cost);
    if (place instanceof Promise)
      this.#waiting.push(place.then((leave) => void this.served.push({ name, leave })));
    else if (place) this.served.push({ name, leave: place });
  }

  /** Serves everybody, one after the other. @returns the names in their order. */
  async run(): Promise<string[]> {
    for (let index = 0; index < this.#waiting.length + 1; index++) {
      this.served[index]?.leave();
      await new Promise((resolve) => setImmediate(resolve));
    }
    return this.served.map(({ name }) => name);
  }
}

describe('turns of tenants', () => {
  test('a call of one comes next, however many of another wait', async () => {
    const counter = new Counter();
    for (let index = 0; index < 500; index++) counter.enter('flood');
    counter.enter('quiet');
    const order = await counter.run();
    expect(order).toHaveLength(501);
    expect(order.indexOf('quiet')).toBeLessThanOrEqual(2);
  });

  test('while all wait, each is served by its weight, to within a call', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 8 }), { minLength: 2, maxLength: 4 }),
        async (weights) => {
          const counter = new Counter();
          const total = weights.reduce((sum, weight) => sum + weight, 0);
          const rounds = 10;
          weights.forEach((weight, tenant) => {
            for (let index = 0; index < weight * rounds * 2; index++) counter.enter(`t${tenant}`, weight);
          });
          const first = (await counter.run()).slice(0, total * rounds);
          weights.forEach((weight, tenant) => {
            const share = first.filter((name) => name === `t${tenant}`).length;
            expect(Math.abs(share - weight * rounds)).toBeLessThanOrEqual(weights.length);
          });
        },
      ),
      { numRuns: 25 },
    );
  });

  test('large calls count for as much as they cost', async () => {
    const counter = new Counter();
    for (let index = 0; index < 20; index++) counter.enter('large', 1, 10);
    for (let index = 0; index < 100; index++) counter.enter('small', 1, 1);
    const order = await counter.run();
    expect(order.slice(0, 55).filter((name) => name === 'large').length).toBeLessThanOrEqual(7);
  });

  test('beyond its bound a tenant is told at once, others are not', () => {
    const queue = new FairQueue({ places: 1, maxWaiting: 2, maxStayMs: 60_000 });
    void queue.enter('a', 1, 1);
    expect(queue.enter('a', 1, 1)).toBeInstanceOf(Promise);
    expect(queue.enter('a', 1, 1)).toBeInstanceOf(Promise);
    expect(queue.enter('a', 1, 1)).toBeUndefined();
    expect(queue.enter('b', 1, 1)).toBeInstanceOf(Promise);
  });

  test('a call that stays for ever does not keep its place while others wait', async () => {
    const queue = new FairQueue({ places: 1, maxWaiting: 2, maxStayMs: 5 });
    void queue.enter('slow', 1, 1);
    await expect(Promise.resolve(queue.enter('other', 1, 1))).resolves.toBeTypeOf('function');
  });
});
