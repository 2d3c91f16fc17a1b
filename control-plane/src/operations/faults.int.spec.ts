import { testDatabase, type TestDatabase } from '@leasehold/test-support';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { EngineBench, makeWorld, until, type BenchOptions } from './testing/engine-bench.js';
import { fixtureSaga, fixtureSteps } from './testing/fixture-saga.js';
import { bundleWorker, ForkedWorker } from './testing/forked-worker.js';
import { trialName, trialsOf, underTrial } from './testing/instrument-saga.js';

const acting = ['reserve', 'apply', 'publish'];

let db: TestDatabase;
let bundle: Awaited<ReturnType<typeof bundleWorker>>;
let caller: EngineBench;
const open: { close(): Promise<void> }[] = [];
const forked: ForkedWorker[] = [];

beforeAll(async () => {
  bundle = await bundleWorker();
});
afterAll(() => bundle.remove());

beforeEach(async () => {
  db = await testDatabase();
  await makeWorld(db.ownerUrl);
  caller = await bench({ works: false });
});

afterEach(async () => {
  for (const worker of forked.splice(0)) await worker.kill();
  for (const each of open.splice(0).reverse()) await each.close();
  await db.drop();
});

async function bench(options: BenchOptions): Promise<EngineBench> {
  const opened = await EngineBench.open(db, options);
  open.push(opened);
  return opened;
}

async function fork(env: Record<string, string> = {}): Promise<ForkedWorker> {
  const worker = await ForkedWorker.start(bundle.bundle, db, env);
  forked.push(worker);
  return worker;
}

async function effects(): Promise<string[]> {
  const found = await caller.query<{ step: string }>(
    'select step from fixture.effects union all select step from fixture.records order by step',
  );
  return found.map(({ step }) => step);
}

async function calls(direction: 'do' | 'undo'): Promise<string[]> {
  const found = await caller.query<{ call: string }>(
    `select step || ' ' || epoch as call from fixture.calls where direction = $1 order by id`,
    [direction],
  );
  return found.map(({ call }) => call);
}

describe('kill -9 of the worker', () => {
  test.each(acting)(
    'while it runs the step %s: the next worker completes the operation by itself',
    async (waitAt) => {
      // The lease would last for a minute: what counts is that its holder is gone.
      const victim = await fork({ LEASE_TTL_MS: '60000' });
      const { id } = await caller.start({ name: 'acme', waitAt });
      await caller.waitingAt(id, waitAt);
      await victim.kill();
      await caller.go('acme');
      await bench({ terms: { lease: { ttlMs: 60_000, silenceMs: 200 } } });
      const done = await caller.ended(id);
      expect(done.state).toBe('succeeded');
      expect(await effects()).toEqual([...fixtureSteps].sort());
      const before = acting.slice(0, acting.indexOf(waitAt));
      const after = acting.slice(acting.indexOf(waitAt) + 1);
      expect(await calls('do')).toEqual([
        ...before.map((step) => `${step} 1`),
        `${waitAt} 1`,
        `${waitAt} 2`,
        ...after.map((step) => `${step} 2`),
      ]);
    },
  );

  test.each(acting)(
    'while it undoes the step %s: the next worker completes the rollback',
    async (undoWaitsAt) => {
      const victim = await fork({ LEASE_TTL_MS: '60000' });
      const { id } = await caller.start({ name: 'acme', failAt: 'activate', undoWaitsAt });
      await caller.ended(id);
      await caller.ask('rollback', id);
      await until('the undo to begin', async () =>
        (await calls('undo')).at(-1)?.startsWith(undoWaitsAt) ? true : undefined,
      );
      await victim.kill();
      await caller.go('undo acme');
      await bench({ terms: { lease: { ttlMs: 60_000, silenceMs: 200 } } });
      expect((await caller.ended(id)).state).toBe('rolled_back');
      expect(await effects()).toEqual([]);
    },
  );

  test.each([
    ['step', { waitAt: 'apply' }, 'do apply'],
    ['undo', { failAt: 'activate', undoWaitsAt: 'apply' }, 'undo apply'],
  ])(
    'again and again at the same %s: the operation fails in the end instead of killing workers for ever',
    async (_, input, call) => {
      const { id } = await caller.start({ name: 'acme', ...input });
      const made = async (): Promise<number> =>
        (await caller.query(`select 1 from fixture.calls where direction || ' ' || step = $1`, [call]))
          .length;
      for (let i = 0; i < 2; i++) {
        const victim = await fork();
        if (i === 0 && 'failAt' in input) {
          await caller.ended(id);
          await caller.ask('rollback', id);
        }
        await until('the call to be made', async () => ((await made()) > i ? true : undefined));
        await victim.kill();
      }
      await bench({ terms: { mostTakes: 2 } });
      expect(await caller.ended(id)).toMatchObject({ state: 'failed', error: { code: 'workers_lost' } });
      expect(await made()).toBe(2);
    },
  );

  test('and of ten operations at once: all of them complete', async () => {
    const victim = await fork();
    const started = await Promise.all(
      Array.from({ length: 10 }, (_, i) => caller.start({ name: `tenant-${i}`, waitAt: 'apply' })),
    );
    await until('four to run', async () =>
      (await calls('do')).filter((call) => call.startsWith('apply')).length >= 4 ? true : undefined,
    );
    await victim.kill();
    for (let i = 0; i < 10; i++) await caller.go(`tenant-${i}`);
    await bench({});
    const ended = await Promise.all(started.map(({ id }) => caller.ended(id)));
    expect(ended.map(({ state }) => state)).toEqual(started.map(() => 'succeeded'));
  });
});

describe('a worker that is paused past its lease', () => {
  test('writes nothing when it wakes, and says that it has lost the operation', async () => {
    const sleeper = await fork();
    const { id } = await caller.start({ name: 'acme', waitAt: 'apply' });
    await caller.waitingAt(id, 'apply');
    sleeper.pause();
    await bench({});
    await caller.go('acme');
    const done = await caller.ended(id);
    expect(done.state).toBe('succeeded');
    const before = await snapshot(id);
    sleeper.wake();
    expect(await sleeper.endOf(id)).toBe('lost');
    expect(await snapshot(id)).toEqual(before);
    expect(await calls('do')).toEqual(['reserve 1', 'apply 1', 'apply 2', 'publish 2']);
  });

  async function snapshot(id: string): Promise<unknown> {
    return Promise.all([
      caller.query('select * from leasehold.operations where id = $1', [id]),
      caller.query('select * from leasehold.operation_steps where operation_id = $1 order by position', [id]),
      caller.query(`select type, data from leasehold.events where operation_id = $1 order by sequence`, [id]),
      caller.query('select subject, epoch, holder from leasehold.leases'),
    ]);
  }
});

describe('two workers', () => {
  test('that race for one operation: one runs it, the other leaves it', async () => {
    const [one, two] = await Promise.all([bench({ works: false }), bench({ works: false })]);
    for (let i = 0; i < 10; i++) {
      const { id } = await caller.start({ name: `tenant-${i}` });
      const ends = await Promise.all([one.engine.runner.run(id), two.engine.runner.run(id)]);
      expect(ends.filter((end) => end === 'done')).toHaveLength(1);
      expect(['held', 'ended']).toContain(ends.find((end) => end !== 'done'));
    }
    expect(
      await caller.query('select name, step from fixture.calls group by name, step having count(*) <> 1'),
    ).toEqual([]);
  });

  test('one of which stops in good order: the other goes on at once', async () => {
    const first = await bench({ terms: { lease: { ttlMs: 600_000, silenceMs: 600_000 } } });
    const { id } = await caller.start({ name: 'acme', waitAt: 'apply' });
    await caller.waitingAt(id, 'apply');
    await bench({ terms: { lease: { ttlMs: 600_000, silenceMs: 600_000 } } });
    await first.engine.worker.stop();
    await caller.go('acme');
    expect((await caller.ended(id)).state).toBe('succeeded');
    expect((await caller.get(id)).steps[1]?.attempts).toBe(1);
  });
});

describe('the queue', () => {
  test('with a job that failed and so blocks its key does not keep an operation from running', async () => {
    const { id } = await caller.start({ name: 'acme' }, 'ten_x');
    await caller.query(`update pgboss.job set state = 'failed' where singleton_key = 'ten_x'`);
    await bench({});
    expect((await caller.ended(id)).state).toBe('succeeded');
  });

  test('that has lost a job does not keep an operation from running', async () => {
    const { id } = await caller.start({ name: 'acme' }, 'ten_x');
    await caller.query(`delete from pgboss.job where singleton_key = 'ten_x'`);
    await bench({});
    expect((await caller.ended(id)).state).toBe('succeeded');
  });

  test('that delivers a job twice runs the operation once', async () => {
    const { id, subject } = await caller.start({ name: 'acme' });
    await caller.uow.run(caller.ctx, (tx) => caller.engine.queue.send(tx, id, subject));
    await bench({});
    await caller.ended(id);
    await until('both jobs to be closed', async () => {
      const [row] = await caller.query<{ n: string }>(
        `select count(*) as n from pgboss.job where state <> 'completed' and name = 'operations'`,
      );
      return row?.n === '0' ? true : undefined;
    });
    expect(await calls('do')).toEqual(['reserve 1', 'apply 1', 'publish 1']);
  });
});

test('a database that drops every connection in the middle of operations: all of them still end well', async () => {
  await bench({});
  const started = await Promise.all(
    Array.from({ length: 4 }, (_, i) => caller.start({ name: `t${i}`, waitAt: 'apply' })),
  );
  for (const { id } of started) await caller.waitingAt(id, 'apply');
  await caller
    .query(
      `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`,
    )
    .catch(() => undefined);
  for (let i = 0; i < 4; i++)
    await until('the connection to be back', () =>
      caller.go(`t${i}`).then(
        () => true,
        () => undefined,
      ),
    );
  for (const { id } of started) {
    const done = await until(`operation ${id} to end`, async () => {
      const operation = await caller.get(id).catch(() => undefined);
      return operation?.endedAt ? operation : undefined;
    });
    expect(done.state).toBe('succeeded');
  }
});

describe('a saga on trial', () => {
  const trials = trialsOf(fixtureSaga({ query: () => Promise.resolve([]) }));

  test.each(trials.map((trial) => [trialName(trial), trial] as const))(
    '%s ends as it should and leaves a clean slate',
    async (_, trial) => {
      await bench({ sagas: (world) => [underTrial(fixtureSaga(world), trial)] });
      const { id } = await caller.start({
        name: 'acme',
        ...(trial.kind === 'repeat undos' ? { failAt: 'activate' } : {}),
      });
      const end = await caller.ended(id);
      if (trial.kind === 'repeat steps') {
        expect(end.state).toBe('succeeded');
        expect(await effects()).toEqual([...fixtureSteps].sort());
        return;
      }
      expect(end.state).toBe('failed');
      await caller.ask('rollback', id);
      expect((await caller.ended(id)).state).toBe('rolled_back');
      expect(await effects()).toEqual([]);
    },
  );
});
