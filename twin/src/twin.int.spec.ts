import { execFileSync } from 'node:child_process';
import { Resolver } from 'node:dns/promises';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { request, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { text as streamText } from 'node:stream/consumers';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { testDatabase, type TestDatabase } from '@leasehold/test-support';
import type { Pool } from 'pg';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Inventory } from './inventory/inventory.js';
import { at } from './inventory/json.js';
import { resourceTypes } from './inventory/resource-types.js';
import { createTwinPool } from './inventory/twin-pool.js';
import { createTwinTarget, type TwinTarget } from './target.js';
import { eventually } from './testing/eventually.js';
import {
  bucket,
  cell,
  createCell,
  createClient,
  hostnameOfClient,
  updateDeployment,
  type SampleClient,
} from './testing/local-cloud.js';
import { startTwin, type Twin, type TwinOptions } from './twin.js';

let database: TestDatabase;
let pool: Pool;
let inventory: Inventory;
let dataDir: string;
let twin: Twin;
let target: TwinTarget;
let image: string;

beforeAll(async () => {
  database = await testDatabase();
  pool = createTwinPool(database.twinUrl);
  inventory = new Inventory(pool);
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'lh-twin-'));
  await createCell(inventory);
  await begin();
  image = (await target.pushImage(join(import.meta.dirname, '../fixtures/sample-image'))).reference;
});
afterEach(async () => {
  await end();
  await pool.query('delete from twin.resources; delete from twin.pods; delete from twin.images');
  await rm(dataDir, { recursive: true, force: true });
});

async function begin(more: Partial<TwinOptions> = {}): Promise<void> {
  twin = await startTwin({
    pool,
    dataDir,
    cell,
    log: pino({ level: 'silent' }),
    bind: '127.0.0.1',
    edgePort: 0,
    dnsPort: 0,
    objectStorePort: 0,
    gatewayPort: 1,
    ...more,
  });
  target = createTwinTarget({
    databaseUrl: database.twinUrl,
    dataDir,
    objectStoreUrl: `http://127.0.0.1:${String(twin.objectStorePort)}`,
    gatewayAdminUrl: 'http://127.0.0.1:1',
    edgePort: twin.edgePort,
    dnsPort: twin.dnsPort,
    cell,
  });
}

async function end(): Promise<void> {
  await target.close();
  await twin.close();
}

const get = (slug: string, path = '/') =>
  target.fetchThroughEdge(hostnameOfClient(slug), path, { signal: AbortSignal.timeout(20_000) });

const json = async (slug: string, path = '/') =>
  z.record(z.string(), z.unknown()).parse(JSON.parse((await get(slug, path)).body));

async function provision(client: Omit<SampleClient, 'image'>): Promise<void> {
  await createClient(inventory, { image, ...client });
}

/** A client whose page answers. */
async function serving(slug: string, more: Partial<SampleClient> = {}): Promise<void> {
  await provision({ slug, ...more });
  await eventually(async () => expect((await get(slug)).status).toBe(200));
}

async function podsOf(slug: string) {
  return (await target.inventory.pods()).filter(({ namespace }) => namespace === `t-${slug}`);
}

/** Sends a request and hands the answer over as soon as its headers are there. */
async function openRequest(
  slug: string,
  path: string,
  more: object = {},
  body?: string,
): Promise<IncomingMessage> {
  const headers = { host: hostnameOfClient(slug) };
  const call = request({ host: '127.0.0.1', port: twin.edgePort, path, agent: false, headers, ...more });
  call.end(body);
  const [answer] = (await once(call, 'response')) as [IncomingMessage];
  return answer;
}

function isRunning(pid: number): boolean {
  const state = execFileSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8', stdio: 'pipe' });
  return !state.startsWith('Z');
}
const runs = (pid: number): boolean => {
  try {
    return isRunning(pid);
  } catch {
    return false;
  }
};

describe('A page of a client', () => {
  it('answers under its name once its resources are there, and the name resolves', async () => {
    await serving('acme');
    expect(await json('acme')).toMatchObject({ tenant: 'Client acme' });
    expect(await target.resolve(hostnameOfClient('acme'))).toEqual(['127.0.0.1']);
  });

  it.each([
    ['HTTPRoute', resourceTypes.httpRoute, 404],
    ['Service', resourceTypes.service, 503],
    ['Deployment', resourceTypes.deployment, 503],
  ])('goes when its %s is taken out of the inventory', async (_kind, type, status) => {
    await serving('acme');
    expect(await target.inventory.remove({ type, scope: 't-acme', name: 'app' })).toBe(true);
    await eventually(async () => expect((await get('acme')).status).toBe(status));
  });

  it('stops resolving when its record set goes', async () => {
    await serving('acme');
    const hostname = hostnameOfClient('acme');
    const [{ scope, name } = { scope: '', name: '' }] = await target.inventory.list({
      cell,
      types: [resourceTypes.recordSet],
    });
    await target.inventory.remove({ type: resourceTypes.recordSet, scope, name });
    await eventually(async () => expect(await target.resolve(hostname)).toEqual([]));
    const resolver = new Resolver();
    resolver.setServers([`127.0.0.1:${String(twin.dnsPort)}`]);
    await expect(resolver.resolve4(hostname)).rejects.toMatchObject({ code: 'ENOTFOUND' });
  });

  it('goes with its namespace, and leaves neither process nor folder', async () => {
    await serving('acme');
    const [{ pid } = { pid: 0 }] = await eventually(async () => {
      const pods = await podsOf('acme');
      expect(pods[0]?.pid).toBeGreaterThan(0);
      return pods;
    });
    await target.inventory.remove({ type: resourceTypes.namespace, scope: '', name: 't-acme' });
    await eventually(async () => expect(await podsOf('acme')).toEqual([]));
    expect(runs(pid ?? 0)).toBe(false);
    await eventually(async () => expect(await readdir(join(dataDir, 'twin', 'pods'))).toEqual([]));
  });

  it('of an unknown hostname is a plain 404 that names it', async () => {
    const answer = await get('nobody');
    expect(answer.status).toBe(404);
    expect(answer.body).toBe(`No route has the hostname ${hostnameOfClient('nobody')}.\n`);
  });

  it('is 503 with Retry-After while its pod crashes, and the pod says why', async () => {
    await provision({ slug: 'broken', parameters: { crash: true } });
    await eventually(async () => {
      const [pod] = await podsOf('broken');
      expect(pod).toMatchObject({ phase: 'CrashLoopBackOff', ready: false });
      expect(pod?.restarts).toBeGreaterThan(1);
      expect(pod?.message).toBe('exit code 1: Error: the table counters does not exist');
    });
    const answer = await eventually(async () => {
      const found = await get('broken');
      expect(found.body).toContain('CrashLoopBackOff');
      return found;
    });
    expect(answer.status).toBe(503);
    expect(answer.headers['retry-after']).toBe('2');
  });
});

describe('A pod', () => {
  it('sees its own environment and nothing of the twin', async () => {
    process.env['LEASEHOLD_SECRET_OF_THE_TWIN'] = 'x';
    await serving('acme');
    delete process.env['LEASEHOLD_SECRET_OF_THE_TWIN'];
    const env = await json('acme', '/env');
    const [pod] = await podsOf('acme');
    expect(env).toMatchObject({
      TENANT_NAME: 'Client acme',
      POD_NAME: pod?.name,
      POD_NAMESPACE: 't-acme',
      DATA_GATEWAY_ENDPOINT: '127.0.0.1:1',
      BRANDING_URL: `http://127.0.0.1:${String(twin.objectStorePort)}/storage/v1/b/${bucket}/o/x?alt=media`,
    });
    expect(env['PORT']).not.toBe('8080');
    const own = ['TENANT_NAME', 'PARAMETERS', 'DATA_GATEWAY_ENDPOINT', 'BRANDING_URL', 'BRANDING_TOKEN_FILE'];
    const given = ['PORT', 'GRPC_PORT', 'POD_NAME', 'POD_NAMESPACE', 'PATH', 'HOME'];
    // What the shell that starts it, and the test's question, add by themselves.
    const ignored = ['PWD', 'OLDPWD', 'SHLVL', '_', 'cwd', 'pid', 'argv', 'main', 'stdin'];
    expect(
      Object.keys(env)
        .filter((name) => !ignored.includes(name))
        .sort(),
    ).toEqual([...own, ...given].sort());
  });

  it('logs to a file of its own', async () => {
    await serving('acme');
    const [pod] = await podsOf('acme');
    const file = join(dataDir, 'twin', 'pods', pod?.name ?? '', 'log');
    await eventually(async () => expect(await readFile(file, 'utf8')).toContain('"listening"'));
  });

  it('is replaced when it is killed, and the page answers again', async () => {
    await serving('acme');
    const { pid } = await json('acme', '/env');
    process.kill(Number(pid), 'SIGKILL');
    await eventually(async () => expect((await json('acme', '/env'))['pid']).not.toBe(pid));
    await eventually(async () =>
      expect((await podsOf('acme'))[0]).toMatchObject({ restarts: 1, phase: 'Running' }),
    );
  });

  it('takes no requests while its readiness probe fails', async () => {
    await end();
    await begin({ wakeMs: 50 });
    await serving('acme');
    await get('acme', '/unready');
    await eventually(async () => expect((await podsOf('acme'))[0]?.ready).toBe(false));
    expect((await get('acme')).status).toBe(503);
  });

  it('makes its Deployment available, in the inventory', async () => {
    await serving('acme', { replicas: 2 });
    await eventually(async () => {
      const [deployment] = await target.inventory.list({ cell, types: [resourceTypes.deployment] });
      expect(deployment?.status).toMatchObject({
        readyReplicas: 2,
        availableReplicas: 2,
        observedGeneration: 1,
      });
      expect(at(deployment?.status, 'conditions', 0)).toMatchObject({ type: 'Available', status: 'True' });
    });
  });

  it('waits for its ConfigMap, and says so', async () => {
    await serving('acme');
    const map = { type: resourceTypes.configMap, scope: 't-acme', name: 'app' };
    const saved = await inventory.get({ cell, ...map });
    await target.inventory.remove(map);
    await updateDeployment(inventory, { slug: 'acme', image, version: '2' });
    await eventually(async () =>
      expect((await podsOf('acme')).map(({ message }) => message)).toContain('ConfigMap "app" not found'),
    );
    // The old pod still answers.
    expect((await get('acme')).status).toBe(200);
    if (saved) await inventory.create(saved);
    await eventually(async () => expect((await podsOf('acme')).every(({ ready }) => ready)).toBe(true));
  });
});

describe('A change of a Deployment', () => {
  it('answers every request while its pods are replaced', async () => {
    await serving('acme', { replicas: 2 });
    const before = new Set((await podsOf('acme')).map(({ name }) => name));
    const statuses = new Set<number>();
    const done = new AbortController();
    const asker = (async () => {
      while (!done.signal.aborted) statuses.add((await get('acme')).status);
    })();
    await updateDeployment(inventory, { slug: 'acme', image, replicas: 2, version: '2' });
    await eventually(async () => {
      const pods = await podsOf('acme');
      expect(pods).toHaveLength(2);
      expect(pods.every(({ name, ready }) => ready && !before.has(name))).toBe(true);
    });
    done.abort();
    await asker;
    expect([...statuses]).toEqual([200]);
  });

  it('to fewer replicas stops the others', async () => {
    await serving('acme', { replicas: 3 });
    await eventually(async () => expect((await podsOf('acme')).filter(({ ready }) => ready)).toHaveLength(3));
    await updateDeployment(inventory, { slug: 'acme', image, replicas: 1 });
    await eventually(async () => expect(await podsOf('acme')).toHaveLength(1));
    expect((await get('acme')).status).toBe(200);
  });
});

describe('A pod that nobody uses', () => {
  beforeEach(async () => {
    await end();
    await begin({ idleMs: 200 });
  });

  it('sleeps, goes on counting as ready, and wakes for the next request', async () => {
    await serving('acme');
    const { pid } = await json('acme', '/env');
    await eventually(async () =>
      expect((await podsOf('acme'))[0]).toMatchObject({ phase: 'Asleep', ready: true }),
    );
    expect(runs(Number(pid))).toBe(false);
    expect((await get('acme')).status).toBe(200);
    expect((await podsOf('acme'))[0]?.restarts).toBe(0);
  });

  it('is not woken by a request for its metrics', async () => {
    await serving('acme');
    await eventually(async () => expect((await podsOf('acme'))[0]?.phase).toBe('Asleep'));
    expect((await get('acme', '/metrics')).status).toBe(404);
    expect((await podsOf('acme'))[0]?.phase).toBe('Asleep');
  });

  it('stays awake while a request lasts', async () => {
    await serving('acme');
    const answer = await openRequest('acme', '/stream');
    for (let events = 0; events < 30; events++) await once(answer, 'data');
    answer.destroy();
    await eventually(async () => expect((await podsOf('acme'))[0]?.phase).toBe('Asleep'));
  });

  it('stays awake while it says that it has work to do', async () => {
    await serving('acme');
    expect((await get('acme', '/work')).body).toBe('30');
    await eventually(async () => expect((await podsOf('acme'))[0]?.phase).toBe('Asleep'));
    const log = join(dataDir, 'twin', 'pods', (await podsOf('acme'))[0]?.name ?? '', 'log');
    expect(await readFile(log, 'utf8')).toContain('"work done"');
  });

  it('has fresh tokens when it wakes', async () => {
    await serving('acme');
    const before = (await get('acme', '/token')).body;
    await eventually(async () => expect((await podsOf('acme'))[0]?.phase).toBe('Asleep'));
    await eventually(() => expect(Date.now() / 1_000 - issuedAt(before)).toBeGreaterThan(1));
    const after = (await get('acme', '/token')).body;
    expect(issuedAt(after)).toBeGreaterThan(issuedAt(before));
  });
});

const issuedAt = (token: string): number =>
  z
    .object({ iat: z.number() })
    .parse(JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())).iat;

describe.each([0, 2])('A pod of a twin that keeps %i processes warm', (warmProcesses) => {
  beforeEach(async () => {
    await end();
    await begin({ warmProcesses });
    // Gives warm processes the time to be there.
    await serving('first');
  });

  it('runs its own program in its own folder, as the leader of its own group, and ends politely', async () => {
    let takenOver = 0;
    for (const slug of ['one', 'two', 'three']) {
      await serving(slug);
      const env = await json(slug, '/env');
      expect(env).toMatchObject({ TENANT_NAME: `Client ${slug}`, main: true, stdin: 'ended' });
      expect(env['cwd']).toBe(join(dataDir, 'twin', 'images', image.split(':').at(-1) ?? ''));
      expect(env['argv']).toEqual([process.execPath, join(String(env['cwd']), 'server.mjs')]);
      const shown = execFileSync('ps', ['-o', 'pgid=,args=', '-p', String(env['pid'])], { encoding: 'utf8' });
      expect(Number.parseInt(shown, 10)).toBe(env['pid']);
      if (shown.includes('warm-start')) takenOver += 1;
    }
    expect(takenOver > 0).toBe(warmProcesses > 0);
    const [pod] = await podsOf('one');
    const log = join(dataDir, 'twin', 'pods', pod?.name ?? '', 'log');
    await twin.close();
    expect(await readFile(log, 'utf8')).toContain('"stopping"');
  });
});

describe('A twin that starts again', () => {
  it('takes its pods over asleep, and the first request wakes one', async () => {
    await serving('acme');
    const [before] = await podsOf('acme');
    await end();
    expect(runs(before?.pid ?? 0)).toBe(false);
    await begin();
    expect((await podsOf('acme'))[0]).toMatchObject({
      name: before?.name,
      phase: 'Asleep',
      ready: true,
      pid: null,
    });
    expect((await get('acme')).status).toBe(200);
    expect((await json('acme'))['pod']).toBe(before?.name);
  });
});

describe('The edge', () => {
  beforeEach(() => serving('acme'));

  it.each([
    '/metrics',
    '/healthz/ready',
    '/%6Detrics',
    '//metrics',
    '/x/../metrics',
    '/metrics?x=1',
    '/Metrics',
  ])('hides %s', async (path) => expect((await get('acme', path)).status).toBe(404));

  it('says itself who the client is, and passes nothing on that was meant for it', async () => {
    const headers = {
      host: `ACME.${hostnameOfClient('acme').split('.').slice(1).join('.')}.:8081`,
      'x-forwarded-for': '203.0.113.9',
      forwarded: 'for=203.0.113.9',
      connection: 'close, x-secret',
      'x-secret': 'hop',
      'x-kept': 'yes',
    };
    const raw = z
      .array(z.string())
      .parse(JSON.parse(await streamText(await openRequest('acme', '/headers', { headers }))));
    const values = (name: string) =>
      raw.filter((_, index) => index % 2 === 1 && raw[index - 1]?.toLowerCase() === name);
    expect(values('x-forwarded-for')).toEqual(['127.0.0.1']);
    expect(values('x-forwarded-proto')).toEqual(['http']);
    expect(values('x-forwarded-host')).toEqual([headers.host]);
    expect(values('host')).toEqual([headers.host]);
    expect(values('forwarded')).toEqual([]);
    expect(values('x-secret')).toEqual([]);
    expect(values('x-kept')).toEqual(['yes']);
  });

  it('streams bodies both ways and drops hop-by-hop headers of the answer', async () => {
    const body = 'x'.repeat(300_000);
    const answer = await openRequest('acme', '/echo', { method: 'POST' }, body);
    expect(answer.headers['x-answer']).toBe('a');
    expect(answer.headers['x-hop']).toBeUndefined();
    expect(await streamText(answer)).toBe(body);
  });

  it('tells the pod when a client goes away in the middle of a stream', async () => {
    const answer = await openRequest('acme', '/stream');
    await once(answer, 'data');
    expect((await get('acme', '/open')).body).toBe('1');
    answer.destroy();
    await eventually(async () => expect((await get('acme', '/open')).body).toBe('0'));
  });

  it('answers 502 when the pod breaks off before its answer, and sends nothing twice', async () => {
    expect((await get('acme', '/cut')).status).toBe(502);
    expect((await get('acme')).status).toBe(200);
  });

  it('cuts an answer off that the pod does not end', async () => {
    await expect(get('acme', '/half')).rejects.toThrow();
    expect((await get('acme')).status).toBe(200);
  });

  it('refuses bodies that are too large, whether they say so or not', async () => {
    await end();
    await begin({ edgeLimits: { maxBodyBytes: 1_000 } });
    const length = { method: 'POST', headers: { host: hostnameOfClient('acme'), 'content-length': 2_000 } };
    expect((await openRequest('acme', '/echo', length, 'x'.repeat(2_000))).statusCode).toBe(413);
    const headers = { host: hostnameOfClient('acme'), 'transfer-encoding': 'chunked' };
    const chunked = openRequest('acme', '/echo', { method: 'POST', headers }, 'x'.repeat(2_000));
    // The pod may have begun its answer: then the connection is cut instead.
    const outcome = await chunked
      .then(async (answer) => (answer.statusCode === 413 ? 'refused' : streamText(answer)))
      .catch(() => 'cut');
    expect(['refused', 'cut']).toContain(outcome);
  });

  it('gives a client only so much time and room for its headers', async () => {
    await end();
    await begin({ edgeLimits: { headersMs: 100, maxHeaderBytes: 2_000 } });
    const say = async (bytes: string): Promise<string> => {
      const socket = connect(twin.edgePort, '127.0.0.1');
      socket.write(bytes);
      return streamText(socket);
    };
    expect(await say('GET / HTTP/1.1\r\nHost: a')).toContain('408 Request Timeout');
    expect(await say(`GET / HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(3_000)}\r\n\r\n`)).toContain('431 ');
    expect(await say('nonsense\r\n\r\n')).toContain('400 Bad Request');
    expect(await say('CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n')).toContain('405 ');
    expect((await get('acme')).status).toBe(200);
  });

  it('survives an upgrade that it does not know, and a broken request', async () => {
    const headers = { host: hostnameOfClient('acme'), connection: 'upgrade', upgrade: 'h2c' };
    expect((await openRequest('acme', '/', { headers })).statusCode).toBe(200);
    expect((await openRequest('acme', '/', { headers: { host: 'a b' } })).statusCode).toBe(400);
    expect((await get('acme')).status).toBe(200);
  });
});

describe('The object store', () => {
  const facts = { contentType: 'application/json', cacheControl: 'no-cache' };

  it('gives a pod the objects of its own client and no others', async () => {
    await serving('acme');
    await serving('other');
    await target.putObject(
      bucket,
      'tenants/ten_acme/branding/current.json',
      Buffer.from('{"revision":1}'),
      facts,
    );
    const url = `http://127.0.0.1:${String(twin.objectStorePort)}/storage/v1/b/${bucket}/o/${encodeURIComponent('tenants/ten_acme/branding/current.json')}`;
    const read = async (slug: string) => {
      const authorization = `Bearer ${(await get(slug, '/token')).body}`;
      return fetch(`${url}?alt=media`, { headers: { authorization } });
    };
    const own = await read('acme');
    expect(own.status).toBe(200);
    expect(own.headers.get('cache-control')).toBe('no-cache');
    expect(await own.json()).toEqual({ revision: 1 });
    expect((await read('other')).status).toBe(403);
    expect((await fetch(`${url}?alt=media`)).status).toBe(401);
    const again = await fetch(`${url}?alt=media`, {
      headers: {
        authorization: `Bearer ${(await get('acme', '/token')).body}`,
        'if-none-match': own.headers.get('etag') ?? '',
      },
    });
    expect(again.status).toBe(304);
  });

  it('knows only buckets of the inventory', async () => {
    await expect(target.putObject('unknown-bucket', 'a', Buffer.from('x'), facts)).rejects.toMatchObject({
      status: 404,
    });
  });

  it('keeps objects over a restart, lists and deletes them by prefix', async () => {
    for (const name of ['a/1', 'a/2', 'b/1', 'a/../../../etc/passwd']) {
      await target.putObject(bucket, name, Buffer.from(name), facts);
    }
    await end();
    await begin();
    expect(await target.listObjects(bucket, 'a/')).toEqual(['a/../../../etc/passwd', 'a/1', 'a/2']);
    expect(await target.deleteObjects(bucket, 'a/')).toBe(3);
    expect(await target.listObjects(bucket, '')).toEqual(['b/1']);
  });
});
