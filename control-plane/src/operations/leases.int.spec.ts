import { testDatabase, type TestDatabase } from '@leasehold/test-support';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Outbox } from '../events/outbox.js';
import { CheckpointsRepository } from './checkpoints.repository.js';
import { Ledger } from './ledger.js';
import { LeaseLostError, LeasesRepository } from './leases.repository.js';
import { OperationsRepository } from './operations.repository.js';
import { EngineBench, makeWorld } from './testing/engine-bench.js';

let db: TestDatabase;
let bench: EngineBench;

beforeEach(async () => {
  db = await testDatabase();
  await makeWorld(db.ownerUrl);
  bench = await EngineBench.open(db, { works: false });
});

afterEach(async () => {
  await bench.close();
  await db.drop();
});

const long = { ttlMs: 60_000, silenceMs: 60_000 };
const expired = { ttlMs: -1, silenceMs: -1 };

function ledgerOf(holder: string, terms = long): Ledger {
  return new Ledger(
    bench.uow,
    new OperationsRepository(),
    new LeasesRepository(terms),
    new CheckpointsRepository(),
    bench.engine.queue,
    new Outbox(),
    holder,
  );
}

async function take(ledger: Ledger, id: string) {
  const taken = await ledger.take(bench.ctx, id);
  if (typeof taken === 'string') throw new Error(taken);
  return taken;
}

describe('a lease', () => {
  test('is held by one worker at a time', async () => {
    const { id } = await bench.start({ name: 'acme' });
    await take(ledgerOf('worker:1'), id);
    expect(await ledgerOf('worker:2').take(bench.ctx, id)).toBe('held');
  });

  test('goes to the next worker when it has run out, under a higher epoch', async () => {
    const { id } = await bench.start({ name: 'acme' });
    const first = await take(ledgerOf('worker:1', expired), id);
    const second = await take(ledgerOf('worker:2'), id);
    expect([first.lease.epoch, second.lease.epoch]).toEqual([1, 2]);
  });

  test('of a worker whose session is gone is free after a short silence; of one that lives it is not', async () => {
    const { id } = await bench.start({ name: 'acme' });
    const session = new pg.Client({ connectionString: db.platformUrl });
    await session.connect();
    await session.query('select pg_advisory_lock_shared(7327002, 41)');
    const impatient = { ttlMs: 60_000, silenceMs: 0 };
    await take(ledgerOf('worker:41', impatient), id);
    expect(await ledgerOf('worker:42', impatient).take(bench.ctx, id)).toBe('held');
    await session.end();
    await expect
      .poll(async () => typeof (await ledgerOf('worker:42', impatient).take(bench.ctx, id)))
      .toBe('object');
  });
});

describe('a worker with an old epoch', () => {
  test('can write no checkpoint, no progress and no row of the domain', async () => {
    const { id } = await bench.start({ name: 'acme' });
    const stale = ledgerOf('worker:1', expired);
    const first = await take(stale, id);
    await take(ledgerOf('worker:2'), id);
    const before = await ledgerRows(id);
    const { lease, operation, steps } = first;
    const write = (): Promise<unknown> =>
      stale.checkpoint(bench.ctx, lease, operation, {
        steps: [{ position: 1, event: 'succeed', output: { stale: true } }],
      });
    await expect(write()).rejects.toBeInstanceOf(LeaseLostError);
    await expect(
      stale.checkpoint(bench.ctx, lease, operation, async (tx) => {
        await tx.query(`insert into fixture.records values ('acme', 'stale')`);
        return { operation: { from: 'running', to: 'succeeded' } };
      }),
    ).rejects.toBeInstanceOf(LeaseLostError);
    const report = {
      message: 'stale',
      resources: { created: 9, updated: 9, deleted: 9, same: 9 },
      changes: [],
    };
    expect(await stale.progress(bench.ctx, lease, operation, steps[0]!, report)).toBe(false);
    expect(await ledgerRows(id)).toEqual(before);
    expect(await bench.query('select * from fixture.records')).toEqual([]);
  });

  test('waits for a checkpoint that the lease still covers: a takeover never sees half of it', async () => {
    const { id } = await bench.start({ name: 'acme' });
    const first = ledgerOf('worker:1', expired);
    const taken = await take(first, id);
    const gate = Promise.withResolvers<undefined>();
    const inside = Promise.withResolvers<undefined>();
    const writing = first.checkpoint(bench.ctx, taken.lease, taken.operation, async () => {
      inside.resolve(undefined);
      await gate.promise;
      return { steps: [{ position: 1, event: 'succeed' }] };
    });
    await inside.promise;
    const takeover = take(ledgerOf('worker:2'), id);
    await expect
      .poll(() =>
        bench.query(
          `select 1 from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`,
        ),
      )
      .toHaveLength(1);
    gate.resolve(undefined);
    await writing;
    const { steps, lease } = await takeover;
    expect(lease.epoch).toBe(2);
    expect(steps[0]?.state).toBe('succeeded');
    expect(steps[1]?.state).toBe('running');
  });

  async function ledgerRows(id: string): Promise<unknown> {
    return Promise.all([
      bench.query('select * from leasehold.operations where id = $1', [id]),
      bench.query('select * from leasehold.operation_steps where operation_id = $1 order by position', [id]),
      bench.query('select * from leasehold.leases'),
      bench.query('select * from leasehold.events where operation_id = $1', [id]),
    ]);
  }
});
