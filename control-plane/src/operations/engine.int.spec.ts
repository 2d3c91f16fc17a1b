import { testDatabase, type TestDatabase } from '@leasehold/test-support';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { operationSchema } from './operation.schema.js';
import { EngineBench, makeWorld } from './testing/engine-bench.js';

let db: TestDatabase;
let bench: EngineBench;

beforeEach(async () => {
  db = await testDatabase();
  await makeWorld(db.ownerUrl);
  bench = await EngineBench.open(db);
});

afterEach(async () => {
  await bench.close();
  await db.drop();
});

const effects = async (name: string): Promise<unknown[]> =>
  (
    await bench.query(
      'select step from fixture.effects where name = $1 union all select step from fixture.records where name = $1',
      [name],
    )
  ).map(({ step }) => step);

describe('an operation that nothing disturbs', () => {
  test('runs every step once and in order, and says when each began and ended', async () => {
    const { id, state } = await bench.start({ name: 'acme' });
    expect(state).toBe('queued');
    const operation = await bench.ended(id);
    expect(operation.state).toBe('succeeded');
    expect(z.strictObject(operationSchema.shape).parse(operation)).toEqual(operation);
    expect(operation.progress).toEqual({ done: 5, total: 5 });
    expect(operation.steps.map(({ name, state, attempts }) => ({ name, state, attempts }))).toEqual(
      ['reserve', 'apply', 'publish', 'record', 'activate'].map((name) => ({
        name,
        state: 'succeeded',
        attempts: 1,
      })),
    );
    expect(operation.steps[1]).toMatchObject({ message: 'making apply', resources: { created: 1 } });
    expect(Object.keys((operation.result as { timings: object }).timings)).toEqual([
      'queued',
      'reserve',
      'apply',
      'publish',
      'record',
      'activate',
      'total',
    ]);
    const calls = await bench.query('select step, direction from fixture.calls order by id');
    expect(calls.map(({ step }) => step)).toEqual(['reserve', 'apply', 'publish']);
  });

  test('leaves its subject free for the next operation, under a higher epoch', async () => {
    const first = await bench.start({ name: 'one' }, 'ten_x');
    await bench.ended(first.id);
    const second = await bench.start({ name: 'two' }, 'ten_x');
    await bench.ended(second.id);
    const epochs = await bench.query(
      'select epoch from leasehold.operations where id = any ($1) order by epoch',
      [[first.id, second.id]],
    );
    expect(epochs).toEqual([{ epoch: '1' }, { epoch: '2' }]);
  });

  test('tells its whole story in the outbox, in order', async () => {
    const { id } = await bench.start({ name: 'acme' });
    await bench.ended(id);
    const events = await bench.query<{ type: string; data: { state?: string; name?: string } }>(
      `select type, data from leasehold.events where operation_id = $1 and type <> 'operation.progress' order by sequence`,
      [id],
    );
    expect(events.map(({ type, data }) => `${type.slice(10)} ${data.name ?? ''} ${data.state}`)).toEqual([
      'state  queued',
      'state  running',
      'step reserve running',
      'step reserve succeeded',
      'step apply running',
      'step apply succeeded',
      'step publish running',
      'step publish succeeded',
      'step record running',
      'step record succeeded',
      'step activate running',
      'step activate succeeded',
      'state  succeeded',
    ]);
    const told = await bench.query<{ data: { changes: { phase: string }[] } }>(
      `select data from leasehold.events where operation_id = $1 and type = 'operation.progress' order by sequence`,
      [id],
    );
    expect(told.flatMap(({ data }) => data.changes.map(({ phase }) => phase))).toEqual([
      'started',
      'done',
      'started',
      'done',
      'started',
      'done',
    ]);
  });
});

describe('an operation that fails', () => {
  test.each(['reserve', 'apply', 'publish', 'record', 'activate'])(
    'at %s says why, and goes on there when it is resumed',
    async (failAt) => {
      const { id } = await bench.start({ name: 'acme', failAt });
      const failed = await bench.ended(id);
      expect(failed).toMatchObject({
        state: 'failed',
        error: {
          code: 'fixture_failed',
          message: `The step ${failAt} was told to fail.`,
          resource: `urn:${failAt}`,
          retryable: false,
        },
      });
      expect(failed.steps.find(({ name }) => name === failAt)?.state).toBe('failed');
      await bench.query(`update leasehold.operations set input = input - 'failAt' where id = $1`, [id]);
      expect((await bench.ask('resume', id)).state).toBe('queued');
      const done = await bench.ended(id);
      expect(done.state).toBe('succeeded');
      expect(done.error).toBeUndefined();
      const repeated = await bench.query(
        `select step from fixture.calls where direction = 'do' group by step having count(*) > 1`,
      );
      expect(repeated.map(({ step }) => step)).toEqual(
        failAt === 'record' || failAt === 'activate' ? [] : [failAt],
      );
    },
  );

  test.each(['reserve', 'apply', 'publish', 'record', 'activate'])(
    'at %s leaves nothing behind when it is rolled back',
    async (failAt) => {
      const { id } = await bench.start({ name: 'acme', failAt });
      await bench.ended(id);
      await bench.ask('rollback', id);
      const back = await bench.ended(id);
      expect(back.state).toBe('rolled_back');
      expect(await effects('acme')).toEqual([]);
      expect(back.error?.code).toBe('fixture_failed');
      const undone = await bench.query(`select step from fixture.calls where direction = 'undo' order by id`);
      const made = ['reserve', 'apply', 'publish'];
      const reached = made.slice(
        0,
        Math.max(made.indexOf(failAt) + 1, failAt === 'record' || failAt === 'activate' ? 3 : 0),
      );
      expect(undone.map(({ step }) => step)).toEqual(reached.reverse());
      const states = await bench.query('select state from fixture.states order by at');
      expect(states.map(({ state }) => state)).toEqual(['failed', 'rolling_back', 'rolled_back']);
    },
  );

  test('tries a transient error again, a bounded number of times', async () => {
    const passing = await bench.start({ name: 'passing', failAt: 'apply', transientFailures: 2 });
    const done = await bench.ended(passing.id);
    expect(done.state).toBe('succeeded');
    expect(done.steps[1]?.attempts).toBe(3);
    const lasting = await bench.start({ name: 'lasting', failAt: 'apply', transientFailures: 1000 });
    const failed = await bench.ended(lasting.id);
    expect(failed).toMatchObject({ state: 'failed', error: { retryable: true } });
    expect(failed.steps[1]?.attempts).toBe(4);
  });

  test('in its rollback can be rolled back further once the reason is gone', async () => {
    const { id } = await bench.start({ name: 'acme', failAt: 'publish', undoFailsAt: 'apply' });
    await bench.ended(id);
    await bench.ask('rollback', id);
    const stuck = await bench.ended(id);
    expect(stuck).toMatchObject({
      state: 'failed',
      error: { code: 'fixture_undo', message: 'Undoing "apply" failed. The undo was told to fail.' },
    });
    await bench.go('undo acme');
    await bench.ask('rollback', id);
    expect((await bench.ended(id)).state).toBe('rolled_back');
    expect(await effects('acme')).toEqual([]);
  });
});

describe('a cancel', () => {
  test.each(['reserve', 'apply', 'publish'])(
    'stops the step %s that runs, and the operation can be resumed',
    async (waitAt) => {
      const { id } = await bench.start({ name: 'acme', waitAt });
      await bench.waitingAt(id, waitAt);
      await bench.ask('cancel', id);
      const cancelled = await bench.ended(id);
      expect(cancelled.state).toBe('cancelled');
      expect(cancelled.steps.find(({ name }) => name === waitAt)).toMatchObject({
        state: 'failed',
        message: 'Cancelled on request.',
      });
      await bench.go('acme');
      await bench.ask('resume', id);
      expect((await bench.ended(id)).state).toBe('succeeded');
    },
  );

  test('ends an operation whose step does not listen', async () => {
    const { id } = await bench.start({ name: 'acme', waitAt: 'apply', deaf: true });
    await bench.waitingAt(id, 'apply');
    await bench.ask('cancel', id);
    expect((await bench.ended(id)).state).toBe('cancelled');
    await bench.go('acme');
  });

  test('is refused with a reason when the operation has ended', async () => {
    const { id } = await bench.start({ name: 'acme' });
    await bench.ended(id);
    for (const event of ['cancel', 'resume', 'rollback'] as const) {
      await expect(bench.ask(event, id)).rejects.toMatchObject({
        kind: 'conflict',
        publicMessage: expect.stringMatching(/^The operation is succeeded; /) as string,
      });
    }
  });

  test('that asks for a rollback stops the running step first and then undoes everything', async () => {
    const { id } = await bench.start({ name: 'acme', waitAt: 'publish' });
    await bench.waitingAt(id, 'publish');
    expect((await bench.ask('rollback', id)).state).toBe('cancelling');
    const back = await bench.ended(id);
    expect(back.state).toBe('rolled_back');
    expect(back.steps.map(({ state }) => state)).toEqual([
      'undone',
      'undone',
      'undone',
      'skipped',
      'skipped',
    ]);
    expect(await effects('acme')).toEqual([]);
  });
});

describe('one subject', () => {
  test('has one operation at a time; the second is told which one is in its way', async () => {
    const { id } = await bench.start({ name: 'acme', waitAt: 'apply' }, 'ten_x');
    await expect(bench.start({ name: 'other' }, 'ten_x')).rejects.toMatchObject({
      code: 'operation_in_progress',
      resource: id,
    });
    await bench.go('acme');
    await bench.ended(id);
  });

  test('does not go back to an operation that a later one has overtaken', async () => {
    const first = await bench.start({ name: 'one', failAt: 'apply' }, 'ten_x');
    await bench.ended(first.id);
    const second = await bench.start({ name: 'two' }, 'ten_x');
    await bench.ended(second.id);
    await expect(bench.ask('resume', first.id)).rejects.toMatchObject({
      code: 'superseded',
    });
  });
});

test('twenty operations on different subjects all succeed, each with its own effects', async () => {
  const started = await Promise.all(
    Array.from({ length: 20 }, (_, i) => bench.start({ name: `tenant-${i}` })),
  );
  const ended = await Promise.all(started.map(({ id }) => bench.ended(id)));
  expect(ended.map(({ state }) => state)).toEqual(started.map(() => 'succeeded'));
  expect(
    await bench.query('select name, step from fixture.calls group by name, step having count(*) <> 1'),
  ).toEqual([]);
});
