import { DataUnavailableError, OutcomeUnknownError } from '@leasehold/tenant-data';
import { describe, expect, it } from 'vitest';
import { Acceptor } from './acceptor.js';
import { decodeBatch } from './batch.js';

const key = '6f1c1d1e-9f0e-4d57-8a3c-0b9a6c1f2e3d';

/** A queue whose writes end when, and as, the test says. */
class Queue {
  readonly written: { seq: number; body: string }[] = [];
  private readonly ends: ((error?: Error) => void)[] = [];
  readonly acceptor = new Acceptor({
    append: (seq, _at, body) =>
      new Promise((resolve, reject) => {
        this.written.push({ seq, body });
        this.ends.push((error) => (error ? reject(error) : resolve()));
      }),
    onAppended: () => undefined,
  });

  get underWay(): number {
    return this.ends.length;
  }

  end(error?: Error): void {
    this.ends.shift()?.(error);
  }

  async waitFor(writes: number): Promise<void> {
    await expect.poll(() => this.written.length, { interval: 1 }).toBe(writes);
  }
}

const countOf = (body: string): number =>
  [...(decodeBatch(body)?.values() ?? [])].flat().reduce((sum, { count }) => sum + count, 0);

describe('an increment', () => {
  it('is answered when its batch is durable, and not before', async () => {
    const queue = new Queue();
    let answered = false;
    const answer = queue.acceptor.add({ key, value: 1n }).then(() => (answered = true));
    await queue.waitFor(1);
    expect([answered, queue.acceptor.pending]).toEqual([false, 1]);
    queue.end();
    expect(await answer).toBe(true);
    expect(queue.acceptor.pending).toBe(0);
  });

  it('waits with all that come meanwhile, in batches of bounded size, of which one is written at a time', async () => {
    const queue = new Queue();
    const answers = Array.from({ length: 5_000 }, () => queue.acceptor.add({ key, value: 1n }));
    for (let write = 1; write <= 3; write++) {
      await queue.waitFor(write);
      expect(queue.underWay).toBe(1);
      queue.end();
    }
    await Promise.all(answers);
    expect(queue.written.map(({ seq, body }) => [seq, countOf(body)])).toEqual([
      [1, 2_000],
      [2, 2_000],
      [3, 1_000],
    ]);
  });

  it('fills a batch by its bytes when each is another key or value', async () => {
    const queue = new Queue();
    const values = Array.from({ length: 4_000 }, (_, index) => 2n ** 62n + BigInt(index));
    const answers = values.map((value) => queue.acceptor.add({ key: crypto.randomUUID(), value }));
    for (let write = 1; queue.acceptor.pending > 0; write++) {
      await queue.waitFor(write);
      queue.end();
      await Promise.race([...answers.slice(-1), new Promise((resolve) => setImmediate(resolve))]);
    }
    await Promise.all(answers);
    for (const { body } of queue.written) expect(body.length).toBeLessThanOrEqual(128 * 1024 + 100);
    expect(queue.written.reduce((sum, { body }) => sum + countOf(body), 0)).toBe(4_000);
  });

  it('fails as its batch does, and only that batch', async () => {
    const queue = new Queue();
    for (const error of [new DataUnavailableError('away'), new OutcomeUnknownError('no answer')]) {
      const refused = queue.acceptor.add({ key, value: 1n });
      await expect.poll(() => queue.underWay, { interval: 1 }).toBe(1);
      queue.end(error);
      await expect(refused).rejects.toBe(error);
    }
    expect(queue.acceptor.inDoubt).toBe(true);
    const next = queue.acceptor.add({ key, value: 1n });
    await queue.waitFor(3);
    queue.end();
    await next;
    expect(queue.written.map(({ seq }) => seq)).toEqual([1, 2, 3]);
  });

  it('is refused when too many wait, and when the replica stops', async () => {
    const queue = new Queue();
    const answers = Array.from({ length: 20_000 }, () => queue.acceptor.add({ key, value: 1n }));
    await expect(queue.acceptor.add({ key, value: 1n })).rejects.toThrow('Too many');
    const closed = queue.acceptor.close();
    await expect(queue.acceptor.add({ key, value: 1n })).rejects.toThrow('stopping');
    for (let write = 1; write <= 10; write++) {
      await queue.waitFor(write);
      queue.end();
    }
    await Promise.all([...answers, closed]);
  });
});
