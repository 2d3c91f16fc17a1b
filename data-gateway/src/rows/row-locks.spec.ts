import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RowLocks, type LockMode } from './row-locks.js';

describe('row locks', () => {
  test('never let a writer in with anybody else, let everybody in at last, and leave nothing behind', async () => {
    const job = fc.record({
      rows: fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 4 }),
      mode: fc.constantFrom<LockMode>('read', 'write'),
      turns: fc.nat({ max: 4 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(job, { maxLength: 25 }), async (jobs) => {
        const locks = new RowLocks();
        const inside = new Map<string, LockMode[]>();
        const run = async ({ rows, mode, turns }: (typeof jobs)[number]): Promise<void> => {
          const unlock = await locks.acquire(rows, mode);
          for (const row of new Set(rows)) {
            const others = inside.get(row) ?? [];
            expect(mode === 'write' ? others : others.filter((other) => other === 'write')).toEqual([]);
            inside.set(row, [...others, mode]);
          }
          for (let turn = 0; turn < turns; turn++) await Promise.resolve();
          for (const row of new Set(rows)) {
            const others = [...(inside.get(row) ?? [])];
            others.splice(others.indexOf(mode), 1);
            inside.set(row, others);
          }
          unlock();
        };
        await Promise.all(jobs.map(run));
        expect(locks.size).toBe(0);
      }),
    );
  });

  test('serve in the order of asking, readers in a row together', async () => {
    const locks = new RowLocks();
    const order: string[] = [];
    const first = await locks.acquire(['a'], 'write');
    const waiting = (['read', 'read', 'write', 'read'] as const).map(async (mode, index) => {
      const unlock = await locks.acquire(['a'], mode);
      order.push(`${mode} ${index}`);
      await Promise.resolve();
      unlock();
    });
    first();
    await Promise.all(waiting);
    expect(order).toEqual(['read 0', 'read 1', 'write 2', 'read 3']);
  });
});
