import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseSettings } from '@leasehold/settings';
import { testDatabase, type TestDatabase } from '@leasehold/test-support';
import pg from 'pg';
import type { ControlPlaneSettings } from './platform/tokens.js';
import { startControlPlane } from './start-control-plane.js';
import { readStream } from './testing/read-stream.js';
import { counterManifest, execute } from './testing/seeded-catalog.js';
import { itemsOf, TestCaller } from './testing/test-caller.js';
import { until } from './testing/until.js';

let database: TestDatabase;
let folder: string;
let settings: ControlPlaneSettings;

beforeAll(async () => {
  database = await testDatabase();
  folder = await mkdtemp(join(tmpdir(), 'lh-start-'));
  await buildTemplate('one');
  settings = parseSettings('control-plane', {
    LEASEHOLD_ROLE: 'api',
    LEASEHOLD_PORT: '0',
    LEASEHOLD_DATA_DIR: join(folder, 'data'),
    LEASEHOLD_LOG_LEVEL: process.env['LEASEHOLD_LOG_LEVEL'] ?? 'silent',
    LEASEHOLD_APP_DATABASE_URL: database.appUrl,
    LEASEHOLD_PLATFORM_DATABASE_URL: database.platformUrl,
    LEASEHOLD_TWIN_DATABASE_URL: database.twinUrl,
    // Nobody listens there: seeds push images, which takes files and the inventory alone.
    LEASEHOLD_OBJECT_STORE_PORT: '9',
    LEASEHOLD_GATEWAY_ADMIN_PORT: '9',
    LEASEHOLD_TEMPLATES_DIR: join(folder, 'templates'),
    LEASEHOLD_CHARTS_DIR: resolve(import.meta.dirname, '../../charts'),
  });
  await mkdir(settings.LEASEHOLD_DATA_DIR);
});
afterAll(async () => {
  await database.drop();
  await rm(folder, { recursive: true, force: true });
});

/** A template as its build leaves it. */
async function buildTemplate(content: string): Promise<void> {
  const image = join(folder, 'templates', 'counter', 'dist', 'image');
  await mkdir(image, { recursive: true });
  await writeFile(join(image, 'template.json'), JSON.stringify(counterManifest));
  await writeFile(join(image, 'server.mjs'), `// ${content}\n`);
}

async function start(more: Partial<ControlPlaneSettings> = {}) {
  const program = await startControlPlane({ ...settings, ...more });
  const key = (await readFile(join(settings.LEASEHOLD_DATA_DIR, 'admin.key'), 'utf8')).trim();
  return {
    program,
    url: `http://127.0.0.1:${program.port}`,
    admin: new TestCaller(`http://127.0.0.1:${program.port}`, key),
  };
}

async function planted(admin: TestCaller): Promise<void> {
  await until(async () => {
    const parts = itemsOf(await admin.get('/readyz'), 'parts');
    return parts.some(({ name, ready }) => name === 'seeds' && ready === true);
  }, 'the seeds');
}

describe('the control plane', () => {
  test('begins with plans, the local cell and the templates of its folder; not ready before the cell is', async () => {
    const { program, admin } = await start();
    expect(program.firstRun).toBe(true);
    await planted(admin);
    const names = async (path: string): Promise<unknown> =>
      itemsOf(await admin.get(path)).map(({ name, version }) => name ?? version);
    expect(await names('/v1/plans')).toEqual(['free', 'standard', 'enterprise']);
    expect(await names('/v1/templates')).toEqual(['counter']);
    expect(await names('/v1/templates/counter/releases')).toEqual(['1.0.0']);
    expect((await admin.get('/v1/cells/local')).body).toMatchObject({
      target: 'twin',
      domain: 'localhost',
      state: 'preparing',
    });
    expect((await admin.get('/v1/operations')).body['items']).toMatchObject([
      { kind: 'cell.apply', subject: 'cell:local', state: 'queued' },
    ]);
    const ready = await admin.get('/readyz');
    expect(ready).toMatchObject({ status: 503, body: { ready: false } });
    expect(ready.body['parts']).toContainEqual({
      name: 'cell',
      ready: false,
      message: 'no cell is ready yet',
    });
    await program.stop();
  });

  test('the next start plants nothing twice; a template built anew becomes a release of its own', async () => {
    await buildTemplate('two');
    const { program, admin } = await start();
    await planted(admin);
    const { body } = await admin.get('/v1/templates/counter/releases');
    expect(body['items']).toMatchObject([
      { version: expect.stringMatching(/^1\.0\.0\+[0-9a-f]{8}$/) as unknown },
      { version: '1.0.0' },
    ]);
    expect((await admin.get('/v1/operations')).body['items']).toHaveLength(1);
    await program.stop();
  });

  test('stops with grace: what is being answered is answered, streams end, the port is free', async () => {
    await execute(database.ownerUrl, `update leasehold.cells set state = 'ready'`);
    const { program, url, admin } = await start();
    await planted(admin);
    const stream = readStream(await admin.fetch('GET', '/v1/events', {}));
    const holder = new pg.Client({ connectionString: database.ownerUrl });
    await holder.connect();
    await holder.query(`begin; select 1 from leasehold.cells for update`);
    const answer = admin.post('/v1/tenants', { slug: 'last', displayName: 'Last', template: 'counter' });
    await until(
      async () =>
        (
          await execute(
            database.ownerUrl,
            `select 1 from pg_stat_activity where wait_event_type = 'Lock' and datname = $1`,
            [database.name],
          )
        ).length > 0,
      'the request to wait for the cell',
    );
    const stopped = program.stop();
    await expect(stream.next(() => false)).rejects.toThrow('ended');
    await holder.query('commit');
    await holder.end();
    expect((await answer).status).toBe(202);
    await stopped;
    await expect(fetch(`${url}/healthz`)).rejects.toThrow();
    expect(
      await execute(
        database.ownerUrl,
        `select 1 from pg_stat_activity where application_name like 'leasehold%' and datname = $1`,
        [database.name],
      ),
    ).toEqual([]);
  });

  test('says in one sentence that its port is taken', async () => {
    const { program, admin } = await start();
    await expect(start({ LEASEHOLD_PORT: program.port })).rejects.toThrow(
      `LEASEHOLD_PORT ${program.port} is taken by another program on 127.0.0.1; set another one.`,
    );
    expect((await admin.get('/v1/tenants/last')).status).toBe(200);
    expect(program.firstRun).toBe(false);
    await program.stop();
  });
});
