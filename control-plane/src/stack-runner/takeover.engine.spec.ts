import pg from 'pg';
import { expect, test } from 'vitest';
import { Scenario } from './testing/scenario.js';
import { until } from './testing/until.js';
import { cliPids } from './testing/cli-pids.js';

const things = ['first', 'second', 'third'].map((name, i, all) => ({
  name,
  value: 'one',
  after: all.slice(0, i),
}));

async function handOutLease(scenario: Scenario, epoch: number): Promise<void> {
  const client = new pg.Client({ connectionString: scenario.db.platformUrl });
  await client.connect();
  await client.query(
    `insert into leasehold.leases (subject, epoch, holder, expires_at) values ('ten_acme', $1, 'other', now() + interval '1 hour')
     on conflict (subject) do update set epoch = excluded.epoch`,
    [epoch],
  );
  await client.end();
}

test('a CLI that is killed in the middle leaves what it made, and the next run makes the rest', async () => {
  await using scenario = await Scenario.start();
  const release = await scenario.hold('second');
  const killed = scenario.run({ things });
  await until(() => scenario.hasBegun('second'));
  for (const pid of await cliPids(scenario)) process.kill(pid, 'SIGKILL');

  const { outcome, errors } = await killed;
  expect(outcome).toBe('failed');
  expect(errors.map(({ message }) => message).join()).toContain('SIGKILL');
  const graph = await scenario.runner.resources({ project: 'leasehold-tenant', name: 'ten_acme' });
  expect(graph.nodes.map(({ name, state }) => [name, state])).toContainEqual(['first', 'present']);
  expect(graph.nodes.map(({ name, state }) => [name, state])).toContainEqual(['second', 'creating']);

  await release();
  const next = await scenario.run({ things, lease: { subject: 'ten_acme', epoch: 2 } });
  expect(next).toMatchObject({ outcome: 'succeeded', resources: { created: 2, same: 2 } });
  expect(await scenario.objects()).toEqual(['first', 'second', 'third']);
  expect(await scenario.export()).not.toHaveProperty('deployment.pending_operations.0');
});

test('a run whose lease is handed out anew ends with its first write, and nothing of it reaches the state', async () => {
  await using scenario = await Scenario.start();
  await scenario.run({ things: things.slice(0, 1) });
  const release = await scenario.hold('second');
  const old = scenario.run({ things, lease: { subject: 'ten_acme', epoch: 2 } });
  await until(() => scenario.hasBegun('second'));
  await handOutLease(scenario, 3);
  await release();

  const ended = await old;
  expect(ended.outcome).toBe('cancelled');
  expect(ended.errors).toEqual([{ message: 'The lease of ten_acme was taken over by a newer run.' }]);
  expect(await scenario.objects()).not.toContain('third');
  const { nodes } = await scenario.runner.resources({ project: 'leasehold-tenant', name: 'ten_acme' });
  const known = nodes.filter(({ type }) => type === 'fixture:index:Thing');
  expect(known.map(({ name, state }) => [name, state])).toEqual([
    ['first', 'present'],
    ['second', 'creating'],
  ]);
});

test('a CLI that is paused while its stack is taken over changes nothing when it wakes', async () => {
  await using scenario = await Scenario.start();
  const other = await scenario.anotherRunner();
  try {
    const release = await scenario.hold('first');
    const cancel = new AbortController();
    const paused = scenario.run({ things, signal: cancel.signal });
    await until(() => scenario.hasBegun('first'));
    const pids = await cliPids(scenario);
    for (const pid of pids) process.kill(pid, 'SIGSTOP');
    cancel.abort();
    await handOutLease(scenario, 2);
    const next = other.run({
      stack: { project: 'leasehold-tenant', name: 'ten_acme' },
      command: 'up',
      operationId: 'op_next',
      lease: { subject: 'ten_acme', epoch: 2 },
      signal: new AbortController().signal,
      onEvent: () => undefined,
      program: { name: 'tenant', input: { things: [{ name: 'other', value: 'two' }] } },
    });
    expect(await next).toMatchObject({ outcome: 'succeeded' });
    const state = await scenario.export();
    await release();
    for (const pid of pids) wake(pid);

    expect(await paused).toMatchObject({ outcome: 'cancelled' });
    expect(await scenario.objects()).toEqual(['other']);
    expect(await scenario.export()).toEqual(state);
  } finally {
    await other.stop();
  }
});

test('two runs of one stack under one lease do not overlap; one under a newer lease takes over', async () => {
  await using scenario = await Scenario.start({ poolSize: 2 });
  const release = await scenario.hold('first');
  const old = scenario.run({ things });
  await until(() => scenario.hasBegun('first'));
  await expect(scenario.run({ things })).rejects.toMatchObject({ code: 'lease_lost' });
  await handOutLease(scenario, 2);
  const next = scenario.run({ things, lease: { subject: 'ten_acme', epoch: 2 } });
  expect(await old).toMatchObject({ outcome: 'cancelled' });
  await release();
  expect(await next).toMatchObject({ outcome: 'succeeded' });
  expect((await scenario.calls()).filter((call) => call === 'create first')).toHaveLength(1);
});

function wake(pid: number): void {
  try {
    process.kill(pid, 'SIGCONT');
  } catch (error) {
    // Its group was killed with it, which is as good.
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}
