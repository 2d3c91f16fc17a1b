import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { identify } from '@leasehold/processes';
import pg from 'pg';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startPostgres } from './server.js';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lh-embedded-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined); // the server is killed under it in one of the tests
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

test('rows are there after a stop and a start', async () => {
  const first = await startPostgres({ folder, ownerPassword: 'secret' });
  await query(first.ownerUrl, `create table t as select 42 as n`);
  await first.stop();
  const second = await startPostgres({ folder, ownerPassword: 'secret' });
  expect(await query(second.ownerUrl, 'select n from t')).toEqual([{ n: 42 }]);
  await second.stop();
});

test('the server opens no TCP port, asks for the password, and is version 18', async () => {
  const server = await startPostgres({ folder, ownerPassword: 'secret', durable: false });
  expect(await query(server.ownerUrl, 'show listen_addresses')).toEqual([{ listen_addresses: '' }]);
  expect(
    await query(server.ownerUrl, `select current_setting('server_version_num')::int / 10000 as major`),
  ).toEqual([{ major: 18 }]);
  await expect(query(server.ownerUrl.replace(':secret@', ':wrong@'), 'select 1')).rejects.toThrow(
    /password authentication failed/,
  );
  await server.stop();
});

test('a server that was killed is started again on the same folder, with all that was committed', async () => {
  const first = await startPostgres({ folder, ownerPassword: 'secret' });
  await query(first.ownerUrl, `create table t as select 42 as n`);
  process.kill(first.pid, 'SIGKILL');
  await first.exited;
  const second = await startPostgres({ folder, ownerPassword: 'secret' });
  expect(await query(second.ownerUrl, 'select n from t')).toEqual([{ n: 42 }]);
  await second.stop();
});

test('a dead server that nobody has reaped does not block the next start', async () => {
  const first = await startPostgres({ folder, ownerPassword: 'secret' });
  await query(first.ownerUrl, `create table t as select 42 as n`);
  await first.stop();
  // A parent that never waits keeps its ended child as a zombie.
  const keeper = spawn('sh', ['-c', 'sleep 0 & echo $!; exec sleep 60'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const [line] = (await once(keeper.stdout, 'data')) as [Buffer];
  await writeFile(
    join(folder, 'data', 'postmaster.pid'),
    `${line.toString().trim()}\n${join(folder, 'data')}\n`,
  );
  const second = await startPostgres({ folder, ownerPassword: 'secret' });
  expect(await query(second.ownerUrl, 'select n from t')).toEqual([{ n: 42 }]);
  await second.stop();
  keeper.kill('SIGKILL');
  await once(keeper, 'exit');
});

test('a start that was cut off while it made the cluster does not spoil the next one', async () => {
  await mkdir(join(folder, 'data.new'), { recursive: true });
  await writeFile(join(folder, 'data.new', 'PG_VERSION'), '18\n');
  const server = await startPostgres({ folder, ownerPassword: 'secret', durable: false });
  expect(await query(server.ownerUrl, 'select 1 as one')).toEqual([{ one: 1 }]);
  await server.stop();
});

test('a pid file that names a process of somebody else harms nobody', async () => {
  const first = await startPostgres({ folder, ownerPassword: 'secret', durable: false });
  await first.stop();
  const bystander = spawn('sleep', ['60']);
  const pid = bystander.pid ?? 0;
  await writeFile(join(folder, 'data', 'postmaster.pid'), `${pid}\n${join(folder, 'data')}\n`);
  const second = await startPostgres({ folder, ownerPassword: 'secret', durable: false });
  expect(await identify(pid)).toBeDefined();
  await second.stop();
  bystander.kill();
  await once(bystander, 'exit');
});

test('a folder that holds something else is said to be the reason', async () => {
  await writeFile(join(folder, 'data'), 'not a folder');
  await expect(startPostgres({ folder, ownerPassword: 'secret' })).rejects.toThrow(
    /could not make its data folder/,
  );
});
