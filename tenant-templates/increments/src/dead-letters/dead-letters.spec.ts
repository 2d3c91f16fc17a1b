import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { Batch } from '../accept/batch.js';
import { Folder } from '../fold/folder.js';
import { SimulatedStore } from '../testing/simulated-store.js';
import { DeadLetters } from './dead-letters.js';

const key = '6f1c1d1e-9f0e-4d57-8a3c-0b9a6c1f2e3d';

function body(value: bigint): string {
  const batch = new Batch();
  batch.add({ key, value });
  return batch.encode();
}

/** Delivers every call until the work is done. */
async function done<T>(store: SimulatedStore, work: Promise<T>): Promise<T> {
  const over = new AbortController();
  const end = work.finally(() => over.abort());
  while (!over.signal.aborted) {
    store.settle(0, 'delivered');
    await turn();
  }
  return end;
}

describe('a batch that cannot be read', () => {
  it('is set aside, and keeps no other waiting', async () => {
    const { store, folder, letters } = tenant();
    for (const [index, text] of [body(2n), '{"no key":[]}', body(3n)].entries())
      await done(store, store.append('writer', { seq: index + 1, at: 0, body: text }));
    await done(store, folder.pass());
    expect(store.stored(key)?.total.value).toBe(5n);
    const { unreadable } = await done(store, letters.list());
    expect(unreadable).toEqual([{ writer: 'writer', seq: 2, bytes: 13 }]);
    expect(await done(store, letters.replay())).toEqual({ applied: 0, requeued: 0 });
    expect((await done(store, letters.list())).unreadable).toHaveLength(1);
  });

  it('is counted once when a later version can read it, even if it is replayed, and set aside by a late call, again', async () => {
    const { store, folder, letters } = tenant();
    for (let replay = 0; replay < 2; replay++) {
      await done(store, store.setAside('writer', { seq: 2, at: 0, body: body(7n) }));
      expect(await done(store, letters.replay())).toEqual({ applied: 0, requeued: 1 });
      await done(store, folder.pass());
      expect(store.stored(key)?.total.value).toBe(7n);
      expect((await done(store, letters.list())).unreadable).toEqual([]);
    }
  });
});

function tenant(): { store: SimulatedStore; folder: Folder; letters: DeadLetters } {
  const store = new SimulatedStore();
  let changes = 0;
  const fresh = (): string => `v${++changes}`;
  // A clock that is far ahead: every queue is free to take.
  let now = 1e13;
  const folder = new Folder({
    store,
    ownWriter: 'own',
    newLease: fresh,
    newVersion: fresh,
    now: () => (now += 1e5),
  });
  return { store, folder, letters: new DeadLetters(store, fresh) };
}
