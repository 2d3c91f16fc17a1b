import { expect, test } from 'vitest';
import { cliPids } from './testing/cli-pids.js';
import { Scenario } from './testing/scenario.js';
import { until } from './testing/until.js';

const things = ['a', 'b', 'c'].map((name) => ({ name, value: 'one' }));
const tenant = (name: string) => ({
  stack: { project: 'leasehold-tenant', name } as const,
  lease: { subject: name, epoch: 1 },
});

test('a first run creates what the program asks for, a second one finds everything as it should be', async () => {
  await using scenario = await Scenario.start();
  const many = Array.from({ length: 16 }, (_, i) => ({ name: `thing-${i}`, value: 'one' }));

  const first = await scenario.run({ things: many });
  expect(first).toMatchObject({ outcome: 'succeeded', errors: [], resources: { created: 17, same: 0 } });
  expect(first.outputs).toEqual({ names: many.map(({ name }) => name) });
  expect(await scenario.objects()).toHaveLength(16);
  const told = scenario.events.filter((event) => event.kind === 'resource' && event.phase === 'done');
  expect(told.filter((event) => event.kind === 'resource' && event.op === 'create')).toHaveLength(17);

  const second = await scenario.run({ things: many });
  expect(second).toMatchObject({ outcome: 'succeeded', resources: { created: 0, updated: 0, same: 17 } });
  expect(Object.keys(second.timings)).toEqual(
    expect.arrayContaining(['queue', 'prepare', 'cliStart', 'open', 'engine', 'exit', 'program', 'total']),
  );
});

test('a resource that cannot be made fails the run with a sentence about it, and the rest is kept', async () => {
  await using scenario = await Scenario.start();
  const mend = await scenario.fail('b', 'the quota of things is exhausted');
  const failed = await scenario.run({ things });
  expect(failed.outcome).toBe('failed');
  expect(failed.retryable).toBe(false);
  expect(failed.errors).toEqual([
    {
      urn: 'urn:pulumi:ten_acme::leasehold-tenant::fixture:index:Thing::b',
      message: 'the quota of things is exhausted',
    },
  ]);
  expect(scenario.events).toContainEqual(expect.objectContaining({ name: 'b', phase: 'failed' }));
  await mend();
  expect(await scenario.run({ things })).toMatchObject({ outcome: 'succeeded' });
  expect(await scenario.objects()).toEqual(['a', 'b', 'c']);
});

test('a program that throws fails its run, and the next run in the same process is none the worse', async () => {
  await using scenario = await Scenario.start();
  const failed = await scenario.run({ things: [], crash: 'the input makes no sense' });
  expect(failed.outcome).toBe('failed');
  expect(failed.errors.map(({ message }) => message).join()).toContain('the input makes no sense');
  expect(await scenario.run({ things })).toMatchObject({ outcome: 'succeeded', resources: { created: 3 } });
});

test('a preview tells what would be done and changes nothing', async () => {
  await using scenario = await Scenario.start();
  const planned = await scenario.run({ things, command: 'preview' });
  expect(planned).toMatchObject({ outcome: 'succeeded', resources: { created: 4 } });
  expect(await scenario.objects()).toEqual([]);
  expect((await scenario.runner.resources(tenant('ten_acme').stack)).nodes).toEqual([]);
});

test('what was lost outside is found and made again by a run that looks first', async () => {
  await using scenario = await Scenario.start();
  await scenario.run({ things });
  await scenario.lose('b');
  expect(await scenario.run({ things })).toMatchObject({ resources: { created: 0 } });
  expect(await scenario.run({ things, refresh: true })).toMatchObject({
    outcome: 'succeeded',
    resources: { created: 1 },
  });
  expect(await scenario.objects()).toEqual(['a', 'b', 'c']);
});

test('a destroyed stack can be removed, one that holds something cannot', async () => {
  await using scenario = await Scenario.start();
  await scenario.run({ things });
  const { stack } = tenant('ten_acme');
  await expect(scenario.runner.removeStack(stack)).rejects.toMatchObject({ code: 'stack_not_empty' });
  expect(await scenario.run({ things, command: 'destroy' })).toMatchObject({
    outcome: 'succeeded',
    resources: { deleted: 4 },
  });
  expect(await scenario.objects()).toEqual([]);
  await scenario.runner.removeStack(stack);
  await scenario.runner.removeStack(stack);
  expect(await scenario.runner.resources(stack)).toEqual({ nodes: [], edges: [] });
});

test('a cut-off creation is cleaned up by destroying the stack, although no state names its resource', async () => {
  await using scenario = await Scenario.start();
  const release = await scenario.hold('b');
  const killed = scenario.run({ things });
  await until(() => scenario.hasBegun('b'));
  for (const pid of await cliPids(scenario)) process.kill(pid, 'SIGKILL');
  await release();
  await killed;
  await scenario.make('b');
  expect(await scenario.run({ things, command: 'destroy' })).toMatchObject({ outcome: 'succeeded' });
  expect(await scenario.objects()).toEqual([]);
  await scenario.runner.removeStack(tenant('ten_acme').stack);
});

test('a cancelled run ends soon, keeps what it has made, and its place takes the next run', async () => {
  await using scenario = await Scenario.start();
  const release = await scenario.hold('b');
  const cancel = new AbortController();
  const running = scenario.run({ things, signal: cancel.signal });
  await until(() => scenario.hasBegun('b'));
  cancel.abort();
  const waiting = scenario.run({ things: [{ name: 'z', value: 'one' }], ...tenant('ten_other') });
  expect(await running).toMatchObject({
    outcome: 'cancelled',
    errors: [{ message: 'The run was cancelled.' }],
  });
  expect(await cliPids(scenario)).toEqual([]);
  await release();
  expect(await waiting).toMatchObject({ outcome: 'succeeded' });
});

test('a run that is cancelled while it waits in line never starts', async () => {
  await using scenario = await Scenario.start();
  const release = await scenario.hold('a');
  const first = scenario.run({ things });
  await until(() => scenario.hasBegun('a'));
  const cancel = new AbortController();
  const second = scenario.run({
    things: [{ name: 'never', value: 'one' }],
    ...tenant('ten_other'),
    signal: cancel.signal,
  });
  cancel.abort();
  expect(await second).toMatchObject({ outcome: 'cancelled' });
  await release();
  expect(await first).toMatchObject({ outcome: 'succeeded' });
  expect(await scenario.hasBegun('never')).toBe(false);
});

test('when the process that hosts a run dies, the run may be repeated and another process takes its place', async () => {
  await using scenario = await Scenario.start();
  const release = await scenario.hold('b');
  const running = scenario.run({ things });
  await until(() => scenario.hasBegun('b'));
  for (const pid of await scenario.childPids()) process.kill(pid, 'SIGKILL');
  expect(await running).toMatchObject({ outcome: 'failed', retryable: true });
  await release();
  expect(await scenario.run({ things })).toMatchObject({ outcome: 'succeeded' });
  expect(await scenario.objects()).toEqual(['a', 'b', 'c']);
});

test('four stacks at once over two processes all come out right', async () => {
  await using scenario = await Scenario.start({ poolSize: 2 });
  const stacks = ['one', 'two', 'three', 'four'];
  const results = await Promise.all(
    stacks.map((name) =>
      scenario.run({ things: [{ name, value: 'one', secret: name }], ...tenant(`ten_${name}`) }),
    ),
  );
  expect(results.map(({ outcome }) => outcome)).toEqual(stacks.map(() => 'succeeded'));
  expect(await scenario.objects()).toEqual([...stacks].sort());
});

test('a worker on another port goes on with a state that holds secrets', async () => {
  await using scenario = await Scenario.start();
  const secret = [{ name: 'a', value: 'one', secret: 'open sesame' }];
  await scenario.run({ things: secret });
  const other = await scenario.anotherRunner();
  try {
    const changed = [{ name: 'a', value: 'two', secret: 'open sesame' }];
    expect(await scenario.run({ things: changed }, other)).toMatchObject({
      outcome: 'succeeded',
      resources: { updated: 1 },
    });
  } finally {
    await other.stop();
  }
});
