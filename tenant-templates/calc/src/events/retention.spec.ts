import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Batch } from './log-store.js';
import { spareMs, trimmable, type Retention } from './retention.js';

const now = 100 * spareMs;
/** Batches of so many events, one an hour, the last one just now. */
function batches(sizes: readonly number[]): Batch[] {
  let first = 1;
  return sizes.map((size, index) => {
    const at = now - (sizes.length - 1 - index) * spareMs;
    const events = Array.from({ length: size }, () => ({
      type: 'command' as const,
      id: '1',
      command: 'add' as const,
      parameters: { a: '1', b: '1' },
    }));
    first += size;
    return { first: first - size, attempt: 'x', at, events };
  });
}
const nextOf = (log: readonly Batch[]): number => log.reduce((next, { events }) => next + events.length, 1);
const trim = (log: readonly Batch[], retention: Retention, from = Infinity): number =>
  trimmable(log, retention, { now, next: nextOf(log), from });

describe('a log that is kept for some time', () => {
  it.each<[string, number, Retention, number | undefined]>([
    ['keeps all without a limit', 0, { events: undefined, ms: undefined }, undefined],
    ['loses what is older than the time', 6, { events: undefined, ms: 3 * spareMs }, undefined],
    ['keeps so many events, and the rest of their batch', 5, { events: 45, ms: undefined }, undefined],
    ['loses what is beyond either limit', 6, { events: 45, ms: 3 * spareMs }, undefined],
    ['keeps the last hour in any case', 8, { events: 0, ms: 0 }, undefined],
    ['keeps what is still needed', 3, { events: 0, ms: 0 }, 31],
    ['keeps a batch of which a part is needed', 2, { events: 0, ms: 0 }, 30],
  ])('%s', (_rule, count, retention, from) => {
    expect(trim(batches([10, 10, 10, 10, 10, 10, 10, 10, 10, 10]), retention, from)).toBe(count);
  });

  it('takes a batch without a time for as old as one after it', () => {
    const log = batches([1, 1, 1, 1, 1]).map((batch, index) => ({
      ...batch,
      at: index === 2 ? batch.at : undefined,
    }));
    expect(trim(log, { events: 0, ms: undefined })).toBe(3);
  });

  it('never loses one of the events that are to be kept, or needed', () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(sizes, fc.nat(200), fc.nat(200), (given, events, from) => {
        const log = batches(given);
        const kept = log.slice(trim(log, { events, ms: undefined }, from));
        const first = kept[0]?.first ?? nextOf(log);
        expect(first).toBeLessThanOrEqual(Math.max(from, 1));
        expect(nextOf(log) - first).toBeGreaterThanOrEqual(Math.min(events, nextOf(log) - 1));
      }),
    );
  });
});
