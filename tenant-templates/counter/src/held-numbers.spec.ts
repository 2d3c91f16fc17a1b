import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HeldNumbers, type Block } from './held-numbers.js';

const block = (first: number, last: number): Block => ({ first, last });

function takeAll(held: HeldNumbers): number[] {
  const numbers: number[] = [];
  for (let number = held.take(); number !== undefined; number = held.take()) numbers.push(number);
  return numbers;
}

describe('numbers that a replica holds', () => {
  it('are handed out in order, over the gaps between blocks', () => {
    const held = new HeldNumbers();
    held.add(block(1, 3));
    held.add(block(7, 8));
    expect(held.count).toBe(5);
    expect(takeAll(held)).toEqual([1, 2, 3, 7, 8]);
    expect(held.count).toBe(0);
  });

  it('are refused when they do not lie above all before, even those handed out already', () => {
    const held = new HeldNumbers();
    held.add(block(1, 3));
    takeAll(held);
    expect(() => held.add(block(3, 9))).toThrow('does not lie above 3');
    expect(() => held.add(block(5, 4))).toThrow();
  });

  it('are given back from the first unused one of the newest block', () => {
    const held = new HeldNumbers();
    held.add(block(1, 10));
    held.take();
    held.take();
    expect(held.surrender()).toEqual({ first: 3, last: 10 });
  });

  it('are given back over blocks that join without a gap, and not over a gap', () => {
    const joined = new HeldNumbers();
    joined.add(block(1, 10));
    joined.add(block(11, 20));
    joined.take();
    expect(joined.surrender()).toEqual({ first: 2, last: 20 });
    const apart = new HeldNumbers();
    apart.add(block(1, 10));
    apart.add(block(15, 20));
    expect(apart.surrender()).toEqual({ first: 15, last: 20 });
  });

  it('are none to give back when all were handed out', () => {
    const held = new HeldNumbers();
    held.add(block(1, 2));
    takeAll(held);
    expect(held.surrender()).toBeUndefined();
  });

  it('are never handed out after they were given back, nor those that come in late', () => {
    const held = new HeldNumbers();
    held.add(block(1, 10));
    held.surrender();
    held.add(block(11, 20));
    expect(held.take()).toBeUndefined();
    expect(held.surrender()).toBeUndefined();
  });

  it('always come back as exactly the unused end, whatever was reserved and taken', () => {
    const steps = fc.array(
      fc.record({ gap: fc.nat(3), size: fc.integer({ min: 1, max: 20 }), take: fc.nat(25) }),
      {
        minLength: 1,
      },
    );
    fc.assert(
      fc.property(steps, (all) => {
        const held = new HeldNumbers();
        const handedOut = new Set<number>();
        const mine = new Set<number>();
        let top = 0;
        for (const { gap, size, take } of all) {
          const first = top + gap + 1;
          top = first + size - 1;
          for (let number = first; number <= top; number++) mine.add(number);
          held.add(block(first, top));
          for (let i = 0; i < take; i++) {
            const number = held.take();
            if (number !== undefined) handedOut.add(number);
          }
        }
        const unused = held.surrender();
        expect(unused?.last ?? top).toBe(top);
        const from = unused?.first ?? top + 1;
        for (let number = from; number <= top; number++)
          expect(mine.has(number) && !handedOut.has(number)).toBe(true);
        expect(mine.has(from - 1) && !handedOut.has(from - 1)).toBe(false);
      }),
    );
  });
});
