import { describe, expect, test } from 'vitest';
import { SharedReads } from './shared-reads.js';

/** Reads whose answers the test gives. */
class Source {
  readonly answers: ((value: number) => void)[] = [];
  readonly read = (): Promise<number> => new Promise((resolve) => this.answers.push(resolve));
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('equal reads at the same time', () => {
  test('a hundred that come while one is under way share the next call, which begins after them', async () => {
    const shared = new SharedReads<number>();
    const source = new Source();
    const first = shared.read('row', source.read);
    const later = Array.from({ length: 100 }, () => shared.read('row', source.read));
    source.answers[0]?.(1);
    expect(await first).toBe(1);
    await turn();
    expect(source.answers).toHaveLength(2);
    source.answers[1]?.(2);
    expect(new Set(await Promise.all(later))).toEqual(new Set([2]));
  });

  test('who asks after a write never gets an answer that was asked for before it', async () => {
    const shared = new SharedReads<number>();
    let stored = 1;
    let release: () => void = () => undefined;
    const slow = async (): Promise<number> => {
      const value = stored;
      await new Promise<void>((resolve) => (release = resolve));
      return value;
    };
    const before = shared.read('row', slow);
    stored = 2;
    const after = shared.read('row', () => Promise.resolve(stored));
    release();
    expect([await before, await after]).toEqual([1, 2]);
  });

  test('reads of other rows, and later ones, are calls of their own; a failed one fails those who waited for it', async () => {
    const shared = new SharedReads<number>();
    const failing = shared.read('row', () => Promise.reject(new Error('away')));
    const waiting = shared.read('row', () => Promise.resolve(2));
    await expect(failing).rejects.toThrow('away');
    await expect(waiting).rejects.toThrow('away');
    expect(await shared.read('row', () => Promise.resolve(3))).toBe(3);
    expect(await shared.read('other', () => Promise.resolve(4))).toBe(4);
  });
});
