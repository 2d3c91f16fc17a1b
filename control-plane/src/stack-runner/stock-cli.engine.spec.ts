import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { fastify, type FastifyInstance } from 'fastify';
import pg from 'pg';
import { expect, test } from 'vitest';
import type { PulumiAccess } from '../pulumi-service/caller.js';
import { pulumiApi } from '../pulumi-service/pulumi-api.plugin.js';
import { Scenario } from './testing/scenario.js';

const exec = promisify(execFile);

const keys: Readonly<Record<string, { name: string; mayWrite: boolean }>> = {
  lh_admin: { name: 'key_admin', mayWrite: true },
  lh_viewer: { name: 'key_viewer', mayWrite: false },
};
const access: PulumiAccess = { authenticate: (key) => Promise.resolve(keys[key]) };

/** A person's own Pulumi CLI, logged in with an API key over the public port. */
class StockCli implements AsyncDisposable {
  private constructor(
    private readonly home: string,
    private readonly server: FastifyInstance,
    private readonly pulumi: string,
  ) {}

  static async login(scenario: Scenario, key: string): Promise<StockCli> {
    const server = fastify();
    await server.register(pulumiApi(scenario.service, access), { prefix: '/api' });
    const url = await server.listen({ host: '127.0.0.1', port: 0 });
    const home = await mkdtemp(join(tmpdir(), 'lh-stock-cli-'));
    await writeFile(join(home, 'Pulumi.yaml'), 'name: leasehold-tenant\nruntime: nodejs\n');
    const cli = new StockCli(home, server, scenario.pulumi);
    try {
      await cli.run(['login', url], { PULUMI_ACCESS_TOKEN: key });
    } catch (error) {
      await cli[Symbol.asyncDispose]();
      throw error;
    }
    return cli;
  }

  async run(args: readonly string[], more: NodeJS.ProcessEnv = {}): Promise<string> {
    const env = {
      PATH: process.env['PATH'],
      HOME: this.home,
      PULUMI_HOME: this.home,
      PULUMI_CREDENTIAL_STORE: 'plaintext',
      PULUMI_SKIP_UPDATE_CHECK: 'true',
      ...more,
    };
    const { stdout } = await exec(this.pulumi, [...args, '--non-interactive'], { cwd: this.home, env });
    return stdout;
  }

  file(name: string): string {
    return join(this.home, name);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.server.close();
    await rm(this.home, { recursive: true, force: true });
  }
}

const stack = ['--stack', 'leasehold/leasehold-tenant/ten_acme'];
const things = [
  { name: 'open', value: 'one' },
  { name: 'locked', value: 'one', secret: 'open sesame', after: ['open'] },
];

test('an admin’s own CLI logs in, lists, exports with secrets and shows the history', async () => {
  await using scenario = await Scenario.start();
  await scenario.run({ things });
  await using cli = await StockCli.login(scenario, 'lh_admin');

  expect(await cli.run(['whoami'])).toContain('key_admin');
  const listed: unknown = JSON.parse(await cli.run(['stack', 'ls', '--all', '--json']));
  expect(listed).toMatchObject([{ name: 'ten_acme', resourceCount: 4 }]);
  const exported = await cli.run(['stack', 'export', ...stack, '--show-secrets']);
  expect(exported).toContain('open sesame');
  expect(await cli.run(['stack', 'export', ...stack, '--version', '1'])).toContain('Thing::locked');
  expect(await cli.run(['stack', 'output', 'token', '--show-secrets', ...stack])).toContain(
    'an output that is secret',
  );
  const history: unknown = JSON.parse(await cli.run(['stack', 'history', '--json', ...stack]));
  expect(history).toMatchObject([{ kind: 'update', version: 1, result: 'succeeded', message: 'op_test' }]);
});

test('a state that an admin has edited by hand is imported, and the next run goes on from there', async () => {
  await using scenario = await Scenario.start();
  await scenario.run({ things });
  await using cli = await StockCli.login(scenario, 'lh_admin');
  const file = cli.file('state.json');
  await cli.run(['stack', 'export', ...stack, '--file', file]);
  await writeFile(file, (await readFile(file, 'utf8')).replaceAll('"value": "one"', '"value": "edited"'));
  await cli.run(['stack', 'import', ...stack, '--file', file]);

  expect(await scenario.run({ things, lease: { subject: 'ten_acme', epoch: 2 } })).toMatchObject({
    outcome: 'succeeded',
    resources: { updated: 2, created: 0 },
  });
});

test('while an operation of the control plane holds the lease, nobody else changes the stack', async () => {
  await using scenario = await Scenario.start();
  await scenario.run({ things });
  await using cli = await StockCli.login(scenario, 'lh_admin');
  const file = cli.file('state.json');
  await cli.run(['stack', 'export', ...stack, '--file', file]);
  await query(
    scenario,
    `insert into leasehold.leases (subject, epoch, holder, expires_at) values ('ten_acme', 1, 'worker', now() + interval '1 hour')`,
  );
  await expect(cli.run(['stack', 'import', ...stack, '--file', file])).rejects.toThrow(
    /An operation of the control plane/,
  );
});

test('a viewer’s CLI reads stacks, but neither their secrets nor changes anything', async () => {
  await using scenario = await Scenario.start();
  await scenario.run({ things });
  await using cli = await StockCli.login(scenario, 'lh_viewer');
  const exported = await cli.run(['stack', 'export', ...stack]);
  expect(exported).toContain('Thing::locked');
  expect(exported).not.toContain('open sesame');
  await expect(cli.run(['stack', 'export', ...stack, '--show-secrets'])).rejects.toThrow(
    /may read stacks, not change/,
  );
  await expect(cli.run(['stack', 'rm', '--yes', '--force', ...stack])).rejects.toThrow(
    /may read stacks, not change/,
  );
});

test('an unknown key cannot log in', async () => {
  await using scenario = await Scenario.start();
  await expect(StockCli.login(scenario, 'lh_unknown')).rejects.toThrow(/login|invalid|Unauthorized/i);
});

test('nothing in the database reveals a secret, and a stack’s key opens no other stack', async () => {
  await using scenario = await Scenario.start();
  await scenario.run({ things });
  const tables = await query(scenario, `select tablename from pg_tables where schemaname = 'pulumi'`);
  for (const { tablename } of tables) {
    const found = await query(
      scenario,
      `select 1 from pulumi.${String(tablename)} t where t::text like '%sesame%'`,
    );
    expect(found, String(tablename)).toEqual([]);
  }
  const [one, two] = [1, 2].map((n) => ({ organization: 'leasehold', project: 'x', name: String(n) }));
  const ids = await Promise.all([one!, two!].map((ref) => scenario.service.stackRecords.create(ref, {})));
  const { secrets } = scenario.service;
  const [ciphertext] = await secrets.encrypt(ids[0]!, [Buffer.from('mine')]);
  expect(String(await secrets.decrypt(ids[0]!, [ciphertext!]))).toBe('mine');
  await expect(secrets.decrypt(ids[1]!, [ciphertext!])).rejects.toMatchObject({ code: 400 });
});

async function query(scenario: Scenario, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: scenario.db.platformUrl });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}
