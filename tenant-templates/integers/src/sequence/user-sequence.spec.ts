import { setImmediate as turn } from 'node:timers/promises';
import { DataUnavailableError, OutcomeUnknownError } from '@leasehold/tenant-data';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SimulatedRow, type Fate } from '../testing/simulated-row.js';
import { greatestValue, type Step } from './sequence-state.js';
import { UserSequence } from './user-sequence.js';

/** A process with its requests' ends: a number, or how it failed. */
class Replica {
  readonly got: number[] = [];
  /** Requests that were told that nothing was done. */
  refused = 0;
  /** Requests that got no answer. */
  unknown = 0;
  private requests = 0;
  private readonly sequence: UserSequence;

  constructor(row: SimulatedRow, writer: string, clock: { now: number }) {
    this.sequence = new UserSequence({
      store: row.store(),
      user: 'ada',
      writer,
      nextRequest: () => ++this.requests,
      patienceMs: 50,
      now: () => clock.now,
      pause: () => {
        clock.now += 5;
        return turn();
      },
    });
  }

  ask(step: Step): void {
    this.sequence.submit(step).then(
      (value) => value !== undefined && this.got.push(value),
      (error: unknown) => {
        if (error instanceof OutcomeUnknownError) this.unknown += 1;
        else if (error instanceof DataUnavailableError) this.refused += 1;
        else throw error;
      },
    );
  }
}

const fate = fc.constantFrom<Fate>(
  'delivered',
  'delivered',
  'delivered',
  'answer lost',
  'request lost',
  'late',
  'refused',
);
const event = fc.oneof(
  { weight: 4, arbitrary: fc.nat(2).map((replica) => ({ kind: 'ask', replica }) as const) },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('settle' as const), index: fc.nat(9), fate }) },
  { weight: 1, arbitrary: fc.nat(9).map((index) => ({ kind: 'stray', index }) as const) },
);

describe('the sequence of a user', () => {
  it('has no number twice and no gap but those of unanswered requests, whatever is lost, late or refused', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(event, { minLength: 10, maxLength: 120, size: 'max' }), async (events) => {
        const clock = { now: 0 };
        const row = new SimulatedRow();
        const replicas = ['a', 'b', 'c'].map((writer) => new Replica(row, writer, clock));
        let asked = 0;
        for (const each of events) {
          if (each.kind === 'ask') {
            asked += 1;
            replicas[each.replica]?.ask('next');
          } else if (each.kind === 'settle') row.settle(each.index, each.fate);
          else row.strayArrives(each.index);
          await turn();
        }
        await settleAll(row);
        const sum = (of: (replica: Replica) => number): number =>
          replicas.reduce((all, each) => all + of(each), 0);
        const got = replicas.flatMap((replica) => replica.got).sort((a, b) => a - b);
        expect(new Set(got).size).toBe(got.length);
        const unknown = sum((replica) => replica.unknown);
        expect(got.length + unknown + sum((replica) => replica.refused)).toBe(asked);
        // Strictly one after another: only a request without an answer may have taken a number that nobody got.
        expect((got.at(-1) ?? 0) - got.length).toBeLessThanOrEqual(unknown);
        for (const replica of replicas) expect(replica.got).toEqual([...replica.got].sort((a, b) => a - b));
      }),
      { numRuns: 300 },
    );
  });

  it('answers all who wait with one write', async () => {
    const row = new SimulatedRow();
    const replica = new Replica(row, 'a', { now: 0 });
    for (let i = 0; i < 30; i++) replica.ask('next');
    await settleAll(row);
    expect(replica.got).toEqual(Array.from({ length: 30 }, (_, i) => i + 1));
    expect(row.writes).toBe(1);
  });

  it('ends at the greatest number, and goes on after it was set back', async () => {
    const row = new SimulatedRow();
    const replica = new Replica(row, 'a', { now: 0 });
    for (const step of [{ set: greatestValue - 1 }, 'next', 'next', { set: 7 }, 'next'] as const)
      replica.ask(step);
    await settleAll(row);
    expect(replica.got).toEqual([greatestValue - 1, greatestValue, 7, 8]);
  });
});

/** Delivers every call, those too that a pause holds back. */
async function settleAll(row: SimulatedRow): Promise<void> {
  for (let quiet = 0; quiet < 8; quiet++) {
    await turn();
    if (row.waiting === 0) continue;
    row.settle(0, 'delivered');
    quiet = 0;
  }
}
