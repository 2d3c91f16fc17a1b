import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CallGate } from './call-gate.js';
import { DataUnavailableError } from './data-errors.js';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('calls under way', () => {
  test('are never more than the bounds allow, and all are made, in their order', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 60 }), { maxLength: 40 }), async (sizes) => {
        const gate = new CallGate({ calls: 4, bytes: 100 });
        let calls = 0;
        let bytes = 0;
        const order: number[] = [];
        await Promise.all(
          sizes.map((size, index) =>
            gate.run(size, 5000, async () => {
              order.push(index);
              calls++;
              bytes += size;
              expect(calls).toBeLessThanOrEqual(4);
              expect(bytes).toBeLessThanOrEqual(100);
              await turn();
              calls--;
              bytes -= size;
            }),
          ),
        );
        expect(order).toEqual(sizes.map((_, index) => index));
        expect(gate.waiting).toBe(0);
      }),
      { numRuns: 30 },
    );
  });

  test('a call larger than the bound goes alone', async () => {
    const gate = new CallGate({ calls: 4, bytes: 100 });
    expect(await gate.run(1000, 5000, () => Promise.resolve('made'))).toBe('made');
  });

  test('what waits beyond its deadline is told that nothing was sent', async () => {
    const gate = new CallGate({ calls: 1, bytes: 100 });
    let end: () => void = () => undefined;
    const first = gate.run(1, 5000, () => new Promise<void>((resolve) => (end = resolve)));
    await expect(gate.run(1, 5, () => Promise.resolve())).rejects.toBeInstanceOf(DataUnavailableError);
    end();
    await first;
    expect(await gate.run(1, 5, () => Promise.resolve('made'))).toBe('made');
  });
});
