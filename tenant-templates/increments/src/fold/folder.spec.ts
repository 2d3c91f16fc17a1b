import { setImmediate as turn } from 'node:timers/promises';
import { DataUnavailableError, OutcomeUnknownError } from '@leasehold/tenant-data';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Acceptor } from '../accept/acceptor.js';
import { SimulatedStore, type Fate } from '../testing/simulated-store.js';
import { Folder } from './folder.js';
import { leaseMs } from './writer-state.js';

const keys = ['6f1c1d1e-9f0e-4d57-8a3c-0b9a6c1f2e3d', '0d0c1d1e-9f0e-4d57-8a3c-0b9a6c1f2e3d'];

/** All increments of a run. Each has a power of two for its value, so that a total tells which of them are in it, and how often. */
class Ledger {
  private next = 0;
  readonly accepted = new Map<string, bigint>();
  readonly unknown = new Map<string, bigint>();

  /** A value that no other increment has; undefined when 64 bits are used up. */
  value(): bigint | undefined {
    return this.next < 62 ? 1n << BigInt(this.next++) : undefined;
  }

  add(to: Map<string, bigint>, key: string, value: bigint): void {
    to.set(key, (to.get(key) ?? 0n) + value);
  }
}

/** A replica: a process with a queue of its own, and a folder. */
class Replica {
  readonly folder: Folder;
  private readonly acceptor: Acceptor;
  private pass: Promise<void> | undefined;

  constructor(
    private readonly fleet: Fleet,
    readonly name: string,
  ) {
    const { store } = fleet;
    let changes = 0;
    const fresh = (): string => `${name}.${++changes}`;
    this.folder = new Folder({
      store,
      ownWriter: name,
      newLease: fresh,
      newVersion: fresh,
      now: () => fleet.now,
    });
    this.acceptor = new Acceptor({
      append: (seq, at, body) => store.append(name, { seq, at, body }),
      onAppended: () => undefined,
      now: () => fleet.now,
    });
  }

  increment(key: string): void {
    const { ledger } = this.fleet;
    const value = ledger.value();
    if (value === undefined) return;
    this.acceptor.add({ key, value }).then(
      () => ledger.add(ledger.accepted, key, value),
      (error: unknown) => {
        if (error instanceof OutcomeUnknownError) ledger.add(ledger.unknown, key, value);
        else expect(error).toBeInstanceOf(DataUnavailableError);
      },
    );
  }

  /** Begins a pass, or the removal of old writers, unless one is under way. A pass may fail: the next one goes on. */
  work(what: 'pass' | 'retire'): void {
    this.pass ??= this.folder[what]()
      .catch((error: unknown) => {
        const known = error instanceof OutcomeUnknownError || error instanceof DataUnavailableError;
        if (!known && !String(error).includes('all the time')) this.fleet.faults.push(error);
      })
      .finally(() => (this.pass = undefined));
  }
}

class Fleet {
  now = 1_000_000;
  readonly store = new SimulatedStore();
  readonly ledger = new Ledger();
  readonly faults: unknown[] = [];
  private started = 0;
  readonly live = [this.start(), this.start(), this.start()];

  start(): Replica {
    this.started += 1;
    return new Replica(this, `writer-${this.started}`);
  }

  /** A new process takes the place of one that is gone; what that one was doing may go on all the same. */
  replace(index: number): void {
    this.live[index] = this.start();
  }

  /** Delivers every call, and lets one replica after another fold, until nothing is left. */
  async settle(): Promise<void> {
    for (let round = 0; round < 6; round++) {
      this.now += leaseMs * 2;
      for (const replica of this.live) {
        replica.work('pass');
        await this.quiet();
      }
    }
  }

  /** Delivers one of the waiting calls. */
  async deliver(index: number): Promise<void> {
    for (let turns = 0; turns < 4; turns++) await turn();
    this.store.settle(index, 'delivered');
    for (let turns = 0; turns < 4; turns++) await turn();
  }

  /** Delivers every call but the first `held`, until nobody makes another. */
  async quiet(held = 0): Promise<void> {
    for (let silent = 0; silent < 4; silent++) {
      await turn();
      if (this.store.waiting <= held) continue;
      this.store.settle(held, 'delivered');
      silent = 0;
    }
  }
}

const fate = fc.constantFrom<Fate>(
  'delivered',
  'delivered',
  'delivered',
  'delivered',
  'delivered',
  'answer lost',
  'request lost',
  'late',
  'refused',
);
type Step = (fleet: Fleet) => void;
const replica = fc.nat(2);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.tuple(replica, fc.constantFrom(...keys)).map(
      ([i, key]): Step =>
        (fleet) =>
          fleet.live[i]?.increment(key),
    ),
  },
  {
    weight: 16,
    arbitrary: fc.tuple(fc.nat(6), fate).map(
      ([i, how]): Step =>
        (fleet) =>
          fleet.store.settle(i, how),
    ),
  },
  {
    weight: 5,
    arbitrary: replica.map(
      (i): Step =>
        (fleet) =>
          fleet.live[i]?.work('pass'),
    ),
  },
  {
    weight: 1,
    arbitrary: replica.map(
      (i): Step =>
        (fleet) =>
          fleet.live[i]?.work('retire'),
    ),
  },
  {
    weight: 2,
    arbitrary: fc.nat(9).map(
      (i): Step =>
        (fleet) =>
          fleet.store.strayArrives(i),
    ),
  },
  {
    weight: 1,
    arbitrary: replica.map(
      (i): Step =>
        (fleet) =>
          fleet.replace(i),
    ),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom(500, 3_000, 5_000).map(
      (ms): Step =>
        (fleet) =>
          void (fleet.now += ms),
    ),
  },
);

describe('increments', () => {
  it('are each in their total once when they were accepted, once or never without an answer, whatever is lost, late or dead', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 40, maxLength: 250, size: 'max' }), async (steps) => {
        const fleet = new Fleet();
        for (const run of steps) {
          run(fleet);
          await turn();
        }
        await fleet.settle();
        expect(fleet.faults).toEqual([]);
        const { accepted, unknown } = fleet.ledger;
        for (const key of keys) {
          const total = fleet.store.stored(key)?.total.value ?? 0n;
          const more = total - (accepted.get(key) ?? 0n);
          // A bit for each increment: what is more than was accepted is some of those without an answer.
          expect(more >= 0n && (more & ~(unknown.get(key) ?? 0n)) === 0n).toBe(true);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('are not counted twice by a replica that slept while another folded them and their marks went', async () => {
    const fleet = new Fleet();
    const [key = ''] = keys;
    const [sleeper, other] = fleet.live;
    sleeper?.increment(key);
    await fleet.quiet();
    sleeper?.work('pass');
    // It has the lease and the batches, and is about to read the total.
    for (let call = 0; call < 5; call++) await fleet.deliver(0);
    expect(fleet.store.waiting).toBe(1);
    fleet.now += leaseMs + 1;
    other?.work('pass');
    await fleet.quiet(1);
    other?.increment(key);
    await fleet.quiet(1);
    other?.work('pass');
    await fleet.quiet(1);
    expect([...(fleet.store.stored(key)?.total.folded.keys() ?? [])]).toEqual(['writer-2']);
    await fleet.quiet();
    expect(fleet.store.stored(key)?.total.value).toBe(3n);
  });

  it('are all counted when a scan meets a batch and not the one before it', async () => {
    const fleet = new Fleet();
    const [key = ''] = keys;
    const [replica] = fleet.live;
    replica?.increment(key);
    await fleet.quiet();
    replica?.work('pass');
    // The scan is behind the first batch when the second and third are written.
    for (let call = 0; call < 4; call++) await fleet.deliver(0);
    for (let batch = 0; batch < 2; batch++) {
      replica?.increment(key);
      await fleet.quiet(1);
    }
    await fleet.quiet();
    expect(fleet.store.stored(key)?.total.value).toBe(7n);
  });

  it('leave no more marks in a total than there are writers at work, however many there were', async () => {
    const fleet = new Fleet();
    const [key = ''] = keys;
    for (let life = 0; life < 20; life++) {
      fleet.live[0]?.increment(key);
      await fleet.settle();
      fleet.replace(0);
    }
    const stored = fleet.store.stored(key);
    expect(stored?.total.value).toBe(2n ** 20n - 1n);
    expect(stored?.total.folded.size).toBe(1);
  });
});
