import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fastify } from 'fastify';
import { pulumiApi } from '../pulumi-service/pulumi-api.plugin.js';
import { DirectCli } from './testing/direct-cli.js';
import type { Thing } from './testing/fixtures.js';
import { normalizeState } from './testing/normalize-state.js';
import { Scenario } from './testing/scenario.js';
import type { StackRun } from './stack-run.js';

const things: readonly Thing[] = [
  { name: 'namespace', value: 'one' },
  { name: 'config', value: 'one', after: ['namespace'] },
  { name: 'token', value: 'one', secret: 'open sesame', after: ['namespace'] },
  { name: 'workload', value: 'one', kind: 'a', after: ['config', 'token'] },
  { name: 'route', value: 'one', after: ['workload'] },
];
const change = (name: string, to: Partial<Thing>): readonly Thing[] =>
  things.map((thing) => (thing.name === name ? { ...thing, ...to } : thing));
const without = (name: string): readonly Thing[] => things.filter((thing) => thing.name !== name);

interface Step {
  readonly what: string;
  readonly things: readonly Thing[];
  readonly command?: StackRun['command'];
  readonly refresh?: boolean;
  /** Taken out of the cloud by somebody else before. */
  readonly lost?: readonly string[];
  readonly failing?: string;
  readonly fails?: true;
}

const steps: readonly Step[] = [
  { what: 'first up', things },
  { what: 'nothing to do', things },
  { what: 'a changed value', things: change('config', { value: 'two' }) },
  { what: 'a replacement', things: change('workload', { kind: 'b' }) },
  { what: 'a resource less', things: without('route') },
  { what: 'a new secret', things: change('token', { secret: 'close sesame' }) },
  {
    what: 'a new name with an alias',
    things: [...without('route'), { name: 'path', value: 'one', alias: 'route' }],
  },
  { what: 'the old name again', things: change('route', { alias: 'path' }) },
  { what: 'refresh without drift', things, command: 'refresh' },
  { what: 'refresh after a loss', things, command: 'refresh', lost: ['config', 'route'] },
  { what: 'up after the loss', things },
  { what: 'up with refresh after a loss', things, refresh: true, lost: ['namespace', 'workload'] },
  {
    what: 'a creation that fails, and what hangs on it',
    things: [
      ...things,
      { name: 'broken', value: 'one', after: ['route'] },
      { name: 'later', value: 'one', after: ['broken'] },
    ],
    failing: 'broken',
    fails: true,
  },
  { what: 'a preview changes nothing', things: change('config', { value: 'three' }), command: 'preview' },
  {
    what: 'the same when it no longer fails',
    things: [
      ...things,
      { name: 'broken', value: 'one', after: ['route'] },
      { name: 'later', value: 'one', after: ['broken'] },
    ],
  },
  { what: 'destroy with refresh', things, command: 'destroy', refresh: true, lost: ['token'] },
];

test('the same runs leave the same state as with the CLI’s own file backend, step by step', async () => {
  await using scenario = await Scenario.start();
  await using files = await DirectCli.overFiles(scenario.pulumi);

  for (const { what, things: asked, command = 'up', refresh = false, lost = [], failing, fails } of steps) {
    for (const cloud of [scenario.folder, files.folder]) {
      for (const name of lost) await rm(join(cloud, 'objects', name));
    }
    const heal = await Promise.all(
      failing ? [scenario.fail(failing, 'quota exceeded'), files.fail(failing, 'quota exceeded')] : [],
    );
    const result = await scenario.run({ things: asked, command, refresh });
    expect(await files.run({ things: asked, command, refresh }), what).toBe(!fails);
    expect(result.outcome, `${what}: ${JSON.stringify(result.errors)}`).toBe(fails ? 'failed' : 'succeeded');
    expect(normalizeState(await scenario.export()), what).toEqual(normalizeState(await files.export()));
    for (const end of heal) await end();
  }
}, 300_000);

test.each([
  { sends: 'the whole state each time', deltaFromBytes: 1024 * 1024 },
  { sends: 'what has changed in it', deltaFromBytes: 1 },
])('a CLI that keeps no journal and sends $sends leaves the same state', async ({ deltaFromBytes }) => {
  await using scenario = await Scenario.start();
  const server = fastify();
  const access = { authenticate: () => Promise.resolve({ name: 'key_admin', mayWrite: true }) };
  await server.register(pulumiApi(scenario.service, access, { deltaFromBytes }), { prefix: '/api' });
  const seen = new Set<string | undefined>();
  server.addHook('onResponse', (request, _reply, done) => {
    seen.add(request.url.split('/').at(-1));
    done();
  });
  const url = await server.listen({ host: '127.0.0.1', port: 0 });
  try {
    const env = { PULUMI_ACCESS_TOKEN: 'lh_admin', PULUMI_DISABLE_JOURNALING: 'true' };
    await using plain = await DirectCli.overService(scenario.pulumi, url, env);
    await using files = await DirectCli.overFiles(scenario.pulumi);
    for (const asked of [things, change('config', { value: 'two' }), without('route')]) {
      const run = { things: asked, command: 'up', refresh: false } as const;
      expect(await plain.run(run)).toBe(true);
      expect(await files.run(run)).toBe(true);
      expect(normalizeState(await plain.export())).toEqual(normalizeState(await files.export()));
    }
    expect(seen.has('journalentries')).toBe(false);
    expect(seen.has('checkpointdelta')).toBe(deltaFromBytes === 1);
  } finally {
    await server.close();
  }
});
