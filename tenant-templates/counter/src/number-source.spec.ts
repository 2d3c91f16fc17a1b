import { setImmediate as turn } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NumbersUnavailableError, NumberSource } from './number-source.js';
import { SimulatedBigtable, type Fate } from './testing/simulated-bigtable.js';

/** A replica and what its clients got, in the order of the answers. */
class Replica {
  readonly got: number[] = [];
  readonly source: NumberSource;

  constructor(bigtable: SimulatedBigtable, now: () => number) {
    this.source = new NumberSource({ store: bigtable.store(), maxBlockSize: 50, now });
  }

  request(): void {
    const number = this.source.next();
    if (typeof number === 'number') this.got.push(number);
    else
      number.then(
        (value) => this.got.push(value),
        (error: unknown) => expect(error).toBeInstanceOf(NumbersUnavailableError),
      );
  }

  stop(): void {
    // A lost answer to the return of numbers is part of the model.
    this.source.close().catch(() => undefined);
  }
}

class Fleet {
  readonly bigtable = new SimulatedBigtable();
  readonly gone: Replica[] = [];
  now = 0;
  readonly live = [this.start(), this.start(), this.start()];

  start(): Replica {
    return new Replica(this.bigtable, () => this.now);
  }

  /** A new process takes the place of one that is killed or told to stop; a killed one's calls may still arrive. */
  replace(index: number): Replica | undefined {
    const old = this.live[index];
    this.live[index] = this.start();
    if (old !== undefined) this.gone.push(old);
    return old;
  }

  get all(): Replica[] {
    return [...this.gone, ...this.live];
  }
}

type Step = { name: string; run: (fleet: Fleet) => void };

const replica = fc.nat(2);
const which = fc.nat(20);
const fate = fc.constantFrom<Fate>(
  'delivered',
  'delivered',
  'delivered',
  'answer lost',
  'request lost',
  'late',
  'twice',
);
const step = fc.oneof(
  {
    weight: 8,
    arbitrary: replica.map((i): Step => ({ name: `request ${i}`, run: (f) => f.live[i]?.request() })),
  },
  {
    weight: 8,
    arbitrary: fc
      .tuple(which, fate)
      .map(([i, how]): Step => ({ name: `${how} ${i}`, run: (f) => f.bigtable.settle(i, how) })),
  },
  {
    weight: 2,
    arbitrary: which.map((i): Step => ({ name: `stray ${i}`, run: (f) => f.bigtable.strayArrives(i) })),
  },
  { weight: 1, arbitrary: replica.map((i): Step => ({ name: `kill ${i}`, run: (f) => void f.replace(i) })) },
  {
    weight: 2,
    arbitrary: replica.map((i): Step => ({ name: `stop ${i}`, run: (f) => f.replace(i)?.stop() })),
  },
  {
    weight: 2,
    arbitrary: fc
      .integer({ min: 1, max: 3_000 })
      .map((ms): Step => ({ name: `+${ms} ms`, run: (f) => void (f.now += ms) })),
  },
);

describe('numbers of a tenant', () => {
  it('are handed out once, rising on each replica, whatever is killed, stopped, lost, late or sent twice', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 20, maxLength: 120, size: 'max' }), async (steps) => {
        const fleet = new Fleet();
        for (const { run } of steps) {
          run(fleet);
          await turn();
        }
        const all = fleet.all.flatMap(({ got }) => got);
        expect(new Set(all).size).toBe(all.length);
        expect(all.every((number) => Number.isSafeInteger(number) && number >= 1)).toBe(true);
        for (const { got } of fleet.all) expect(got).toEqual([...got].sort((a, b) => a - b));
      }),
      { numRuns: 400 },
    );
  });
});

/** Lets every call through until nothing waits. */
async function deliverAll(bigtable: SimulatedBigtable): Promise<void> {
  await turn();
  while (bigtable.waiting > 0) {
    bigtable.settle(0, 'delivered');
    await turn();
  }
}

describe('a client of one replica', () => {
  it('sees 1, 2, 3 ... without a gap over any number of orderly restarts', async () => {
    const work = fc.array(fc.record({ requests: fc.nat(40), pause: fc.nat(2_000) }), {
      minLength: 1,
      maxLength: 10,
    });
    await fc.assert(
      fc.asyncProperty(work, async (lives) => {
        const bigtable = new SimulatedBigtable();
        const clock = { now: 0 };
        const seen: number[] = [];
        for (const { requests, pause } of lives) {
          const life = new Replica(bigtable, () => clock.now);
          for (let i = 0; i < requests; i++) {
            life.request();
            await deliverAll(bigtable);
            clock.now += pause;
          }
          life.stop();
          await deliverAll(bigtable);
          seen.push(...life.got);
        }
        expect(seen).toEqual(seen.map((_, index) => index + 1));
      }),
      { numRuns: 60 },
    );
  });

  it('waits with others for one reservation that is large enough for all', async () => {
    const bigtable = new SimulatedBigtable();
    const one = new Replica(bigtable, () => 0);
    for (let i = 0; i < 30; i++) one.request();
    expect(bigtable.waiting).toBe(1);
    await deliverAll(bigtable);
    expect(one.got).toEqual(Array.from({ length: 30 }, (_, i) => i + 1));
  });

  it('is refused while the store is away, is served from memory as long as that lasts, and is served again after', async () => {
    const bigtable = new SimulatedBigtable();
    const clock = { now: 0 };
    const source = new NumberSource({ store: bigtable.store(), maxBlockSize: 50, now: () => clock.now });
    const first = Promise.all([source.next(), source.next()]);
    await deliverAll(bigtable);
    expect(await first).toEqual([1, 2]);

    const left = source.left;
    const fromMemory = Array.from({ length: left }, () => source.next());
    expect(fromMemory).toEqual(Array.from({ length: left }, (_, i) => i + 3));

    const failed = source.next();
    bigtable.settle(0, 'request lost');
    await expect(failed).rejects.toThrow(NumbersUnavailableError);
    await expect(source.next()).rejects.toThrow(NumbersUnavailableError);
    expect(bigtable.waiting).toBe(0);

    clock.now = 100;
    const again = source.next();
    await deliverAll(bigtable);
    expect(await again).toBe(left + 3);
  });

  it('sees no gap after a stop in the middle of a reservation', async () => {
    const bigtable = new SimulatedBigtable();
    const one = new Replica(bigtable, () => 0);
    one.request();
    one.stop();
    await deliverAll(bigtable);
    const other = new Replica(bigtable, () => 0);
    other.request();
    await deliverAll(bigtable);
    expect([...one.got, ...other.got]).toEqual([1, 2]);
  });

  it('is refused when too many wait already', async () => {
    const bigtable = new SimulatedBigtable();
    const source = new NumberSource({ store: bigtable.store(), maxBlockSize: 50, maxWaiting: 2 });
    const served = [source.next(), source.next()];
    await expect(source.next()).rejects.toThrow('Too many');
    await deliverAll(bigtable);
    expect([await served[0], await served[1]]).toEqual([1, 2]);
  });
});
