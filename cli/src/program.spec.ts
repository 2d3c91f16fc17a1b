import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { run } from './program.js';

const now = '2026-01-01T00:00:00.000Z';
const tenant = {
  id: 'ten_1',
  slug: 'acme',
  displayName: 'Acme',
  state: 'active',
  template: 'counter',
  release: '1.0.0',
  plan: 'free',
  cell: 'local',
  url: 'http://acme.localhost:8081',
  hostnames: [],
  labels: {},
  parameters: {},
  contact: null,
  conditions: [],
  createdAt: now,
  updatedAt: now,
};
const operation = (state: string, more: object = {}) => ({
  id: 'op_1',
  kind: 'tenant.create',
  subject: 'acme',
  tenantId: 'ten_1',
  state,
  progress: { done: 0, total: 1 },
  steps: [],
  result: null,
  createdAt: now,
  updatedAt: now,
  endedAt: null,
  ...more,
});

type Answer = (request: IncomingMessage, response: ServerResponse, body: string) => void;
interface Seen {
  route: string;
  headers: IncomingMessage['headers'];
  body: string;
}

let server: Server;
let url: string;
let routes: Record<string, Answer>;
let seen: Seen[];

beforeEach(async () => {
  routes = {};
  seen = [];
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString();
      const route = `${request.method ?? ''} ${request.url ?? ''}`;
      seen.push({ route, headers: request.headers, body });
      const answer = routes[route];
      if (answer !== undefined) answer(request, response, body);
      else problem(404, 'not_found', 'There is nothing here.')(request, response, body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  url = typeof address === 'object' && address !== null ? `http://127.0.0.1:${address.port}` : '';
});
afterEach(() => server.close());

const json =
  (status: number, body: unknown, headers: Record<string, string> = {}): Answer =>
  (_request, response) =>
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));

const problem = (status: number, code: string, detail: string, more: object = {}): Answer =>
  json(status, {
    type: `urn:leasehold:problem:${code}`,
    title: 'x',
    status,
    code,
    detail,
    requestId: 'req_1',
    ...more,
  });

const events =
  (...sent: { type: string; data: object }[]): Answer =>
  (_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    sent.forEach((event, index) =>
      response.write(`id: ${index + 1}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`),
    );
    response.end();
  };

async function leasehold(
  args: string[],
  env: NodeJS.ProcessEnv = {},
  ask?: (question: string) => Promise<string>,
  signal = new AbortController().signal,
) {
  let out = '';
  let err = '';
  const code = await run({
    args,
    env: { LEASEHOLD_URL: url, LEASEHOLD_API_KEY: 'lh_test', ...env },
    streams: { out: { write: (text) => (out += text) }, err: { write: (text) => (err += text) } },
    signal,
    ask,
  });
  return { code, out, err };
}

describe('exit codes and what a person reads', () => {
  it('0 and a table for a list', async () => {
    routes['GET /v1/tenants?limit=500'] = json(200, { items: [tenant], nextCursor: 'next' });
    routes['GET /v1/tenants?limit=500&cursor=next'] = json(200, {
      items: [{ ...tenant, slug: 'globex' }],
      nextCursor: null,
    });
    const { code, out } = await leasehold(['tenants', 'list']);
    expect(code).toBe(0);
    expect(out.split('\n').map((line) => line.split(/ +/)[0])).toEqual(['SLUG', 'acme', 'globex', '']);
    expect(seen[0]?.headers.authorization).toBe('Bearer lh_test');
  });

  it('0 and one JSON document for scripts, wherever --json stands', async () => {
    routes['GET /v1/tenants/acme'] = json(200, tenant);
    for (const args of [
      ['--json', 'tenants', 'get', 'acme'],
      ['tenants', 'get', 'acme', '--json'],
    ]) {
      const { code, out } = await leasehold(args);
      expect(code).toBe(0);
      expect(JSON.parse(out)).toEqual(tenant);
    }
  });

  it('3 for a refusal, with the wrong fields and the request id', async () => {
    routes['POST /v1/tenants'] = problem(400, 'invalid_request', 'The tenant is not valid.', {
      errors: [{ pointer: '/slug', message: 'must be lower-case' }],
    });
    const { code, out, err } = await leasehold(['tenants', 'create', 'Acme!', '--template', 'counter']);
    expect(code).toBe(3);
    expect(out).toBe('');
    expect(err).toBe(
      'The tenant is not valid.\n  /slug: must be lower-case\n(invalid_request, request req_1)\n',
    );
  });

  it.each([
    [['tenants', 'create', 'acme'], 'Say what the client gets with --template'],
    [['tenants', 'create', '--template', 'counter'], 'Name the tenant'],
    [['plans', 'create'], "required option '--file <file>' not specified"],
    [['cells', 'create', 'west'], 'A cell needs'],
    [['releases', 'create', 'counter', '--version', '1.0.0'], 'A release needs'],
    [['plans', 'create', '--file', '/nonexistent.yaml'], '/nonexistent.yaml cannot be read'],
    [['tenants', 'destroy'], "unknown command 'destroy'"],
    [['operations', 'list', '--state', 'lost'], 'Allowed choices are'],
    [['operations', 'list', '--limit', 'many'], 'whole number'],
    [['branding', 'set', 'acme'], 'Name what to change'],
    [['tenants', 'create', 'acme', '--template', 'counter', '--label', 'gold'], 'key=value'],
  ])('2 for the wrong use %j', async (args, message) => {
    const { code, err } = await leasehold(args);
    expect(code).toBe(2);
    expect(err).toContain(message);
    expect(seen).toEqual([]);
  });

  it('2 for a setting that is wrong', async () => {
    const { code, err } = await leasehold(['tenants', 'list'], { LEASEHOLD_URL: 'nonsense' });
    expect([code, err]).toEqual([2, expect.stringContaining('LEASEHOLD_URL')]);
  });

  it('5 when nothing answers', async () => {
    const { code, err } = await leasehold(['tenants', 'list'], { LEASEHOLD_URL: 'http://127.0.0.1:1' });
    expect(code).toBe(5);
    expect(err).toContain('Nothing answers at http://127.0.0.1:1.');
  });

  it.each([
    [401, 3],
    [403, 3],
    [404, 4],
    [409, 3],
    [429, 3],
    [500, 1],
    [503, 1],
  ])('an answer with %i ends with %i', async (status, code) => {
    routes['GET /v1/tenants?limit=500'] = problem(status, 'refused', 'The key is not valid.');
    expect((await leasehold(['tenants', 'list'])).code).toBe(code);
  });

  it('130 for Ctrl-C, whatever the command waits for', async () => {
    const stop = new AbortController();
    routes['GET /v1/tenants?limit=500'] = () => stop.abort();
    const { code, err } = await leasehold(['tenants', 'list'], {}, undefined, stop.signal);
    expect([code, err]).toEqual([130, 'Interrupted.\n']);
  });

  it('130 for somebody who stops watching, with how to go on', async () => {
    const stop = new AbortController();
    routes['GET /v1/operations/op_1/events'] = () => stop.abort();
    const { code, err } = await leasehold(['operations', 'watch', 'op_1'], {}, undefined, stop.signal);
    expect([code, err]).toEqual([130, 'Stopped watching; it goes on: leasehold operations watch op_1\n']);
  });

  it('0 for help', async () => {
    expect((await leasehold(['--help'])).code).toBe(0);
    expect((await leasehold(['tenants', 'create', '--help'])).out).toContain('--template');
  });
});

describe('the key', () => {
  it('is read from the data folder when none is set', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'leasehold-cli-'));
    await writeFile(join(dataDir, 'admin.key'), 'lh_from_file\n');
    routes['GET /v1/tenants?limit=500'] = json(200, { items: [], nextCursor: null });
    const { out } = await leasehold(['tenants', 'list'], {
      LEASEHOLD_API_KEY: '',
      LEASEHOLD_DATA_DIR: dataDir,
    });
    expect(out).toBe('There are no tenants.\n');
    expect(seen[0]?.headers.authorization).toBe('Bearer lh_from_file');
    await rm(dataDir, { recursive: true });
  });

  it('that is nowhere is a sentence', async () => {
    const { code, err } = await leasehold(['tenants', 'list'], {
      LEASEHOLD_API_KEY: '',
      LEASEHOLD_DATA_DIR: '/nonexistent',
    });
    expect(code).toBe(2);
    expect(err).toContain('/nonexistent/admin.key');
  });
});

describe('onboarding', () => {
  const args = [
    'tenants',
    'create',
    'acme',
    '--template',
    'counter',
    '--display-name',
    'Acme',
    '--parameter',
    'rateLimitPerSecond=5',
    '--label',
    'tier=gold',
  ];

  it('shows the steps as they happen and ends with the address', async () => {
    routes['POST /v1/tenants'] = json(202, operation('queued'));
    const resources = { created: 3, updated: 0, deleted: 0, same: 0 };
    routes['GET /v1/operations/op_1/events'] = events(
      {
        type: 'operation.step',
        data: {
          name: 'apply',
          state: 'running',
          attempts: 1,
          message: null,
          resources,
          startedAt: now,
          endedAt: null,
        },
      },
      {
        type: 'operation.progress',
        data: {
          step: 'apply',
          message: null,
          resources,
          changes: [{ name: 'app', type: 'Service', op: 'create', phase: 'done' }],
        },
      },
      {
        type: 'operation.step',
        data: {
          name: 'apply',
          state: 'succeeded',
          attempts: 1,
          message: null,
          resources,
          startedAt: now,
          endedAt: now,
        },
      },
      { type: 'operation.state', data: { state: 'succeeded', endedAt: now } },
    );
    routes['GET /v1/operations/op_1'] = json(200, operation('succeeded', { endedAt: now }));
    routes['GET /v1/tenants/ten_1'] = json(200, tenant);
    const { code, out } = await leasehold(args);
    expect(out).toBe(
      '▸ apply\n    + Service app\n✓ apply  0.0 s  (3 created)\ntenant.create succeeded: http://acme.localhost:8081\n',
    );
    expect(code).toBe(0);
    expect(JSON.parse(seen[0]?.body ?? '')).toEqual({
      slug: 'acme',
      displayName: 'Acme',
      template: 'counter',
      parameters: { rateLimitPerSecond: 5 },
      labels: { tier: 'gold' },
    });
  });

  it('shows the plan and its cost with --dry-run', async () => {
    const resources = [
      { type: 'kubernetes:core/v1:Namespace', name: 'Namespace/t-acme', op: 'create', urn: 'urn:1' },
    ];
    const findings = [{ object: 'Deployment/app', message: 'runs as root' }];
    const result = { resources, findings, cost: { currency: 'USD', perMonth: 3.5, items: [] } };
    routes['POST /v1/tenants?dryRun=true'] = json(202, operation('queued', { kind: 'preview' }));
    routes['GET /v1/operations/op_1/events'] = events({
      type: 'operation.state',
      data: { state: 'succeeded', endedAt: now },
    });
    routes['GET /v1/operations/op_1'] = json(
      200,
      operation('succeeded', { kind: 'preview', result, endedAt: now }),
    );
    const { code, out } = await leasehold([...args, '--dry-run']);
    expect(code).toBe(0);
    expect(out).toContain('create  kubernetes:core/v1:Namespace  Namespace/t-acme');
    expect(out).toContain('! Deployment/app: runs as root');
    expect(out).toContain('1 resources, 1 findings, about 3.50 USD a month. Nothing was changed.');
    expect(JSON.parse((await leasehold([...args, '--dry-run', '--json'])).out)).toEqual(result);
  });

  it('exits 6 with the reason and what to do when it fails', async () => {
    routes['POST /v1/tenants'] = json(202, operation('queued'));
    routes['GET /v1/operations/op_1/events'] = events({
      type: 'operation.state',
      data: { state: 'failed', endedAt: now },
    });
    const error = { code: 'quota', message: 'The cell is full.', resource: 'cell local', retryable: false };
    routes['GET /v1/operations/op_1'] = json(200, operation('failed', { endedAt: now, error }));
    const { code, err } = await leasehold(args);
    expect(code).toBe(6);
    expect(err).toContain('ended failed: The cell is full. [cell local]');
    expect(err).toContain('leasehold operations resume op_1');
    const script = await leasehold([...args, '--json']);
    expect([script.code, JSON.parse(script.out)]).toEqual([6, expect.objectContaining({ state: 'failed' })]);
  });

  it('returns at once with --no-watch', async () => {
    routes['POST /v1/tenants'] = json(202, operation('queued'));
    const { code, out } = await leasehold([...args, '--no-watch', '--idempotency-key', 'k1']);
    expect([code, out]).toEqual([0, 'tenant.create queued: leasehold operations watch op_1\n']);
    expect(seen[0]?.headers['idempotency-key']).toBe('k1');
  });
});

describe('narrowing a list', () => {
  it('joins what was asked for into one filter', async () => {
    const filter = encodeURIComponent('state = "active" AND (slug : "a")');
    routes[`GET /v1/tenants?limit=500&filter=${filter}&labels=tier%3Dgold`] = json(200, {
      items: [],
      nextCursor: null,
    });
    const { code } = await leasehold([
      'tenants',
      'list',
      '--state',
      'active',
      '--label',
      'tier=gold',
      '--filter',
      'slug : "a"',
    ]);
    expect([code, seen[0]?.route]).toEqual([0, Object.keys(routes)[0]]);
  });
});

describe('a specification in a file', () => {
  it('is read as YAML, and options go over it', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'leasehold-cli-'));
    const file = join(folder, 'acme.yaml');
    await writeFile(file, 'slug: acme\ntemplate: counter\nlabels: {tier: gold}\nplan: free\n');
    routes['POST /v1/tenants'] = json(202, operation('queued'));
    const { code } = await leasehold([
      'tenants',
      'create',
      '--file',
      file,
      '--plan',
      'standard',
      '--no-watch',
    ]);
    expect(code).toBe(0);
    expect(JSON.parse(seen[0]?.body ?? '')).toEqual({
      slug: 'acme',
      displayName: 'acme',
      template: 'counter',
      labels: { tier: 'gold' },
      parameters: {},
      plan: 'standard',
    });
    await rm(folder, { recursive: true });
  });

  it.each(['- 1', 'text', ': : :'])('that is %j is refused before anything is sent', async (text) => {
    const folder = await mkdtemp(join(tmpdir(), 'leasehold-cli-'));
    const file = join(folder, 'plan.yaml');
    await writeFile(file, text);
    expect((await leasehold(['plans', 'create', '--file', file])).code).toBe(2);
    expect(seen).toEqual([]);
    await rm(folder, { recursive: true });
  });
});

describe('deleting a tenant', () => {
  beforeEach(() => {
    routes['GET /v1/tenants/acme'] = json(200, tenant, { etag: '"7"' });
    routes['DELETE /v1/tenants/acme'] = json(202, operation('queued', { kind: 'tenant.delete' }));
    routes['DELETE /v1/tenants/acme?purge=true'] = json(202, operation('queued', { kind: 'tenant.purge' }));
  });

  it('takes away the tenant as it was read', async () => {
    expect((await leasehold(['tenants', 'delete', 'acme', '--no-watch'])).code).toBe(0);
    expect(seen[1]).toMatchObject({ route: 'DELETE /v1/tenants/acme', headers: { 'if-match': '"7"' } });
  });

  it('asks a person before, unless --yes says so', async () => {
    const asked: string[] = [];
    const answer = (text: string) => (question: string) => {
      asked.push(question);
      return Promise.resolve(text);
    };
    const args = ['tenants', 'delete', 'acme', '--no-watch'];
    const refused = await leasehold(args, {}, answer(''));
    expect([refused.code, refused.err]).toEqual([2, 'Nothing was changed.\n']);
    expect((await leasehold(args, {}, answer('y'))).code).toBe(0);
    expect((await leasehold([...args, '--yes'], {}, answer('n'))).code).toBe(0);
    expect(asked).toEqual(Array.from({ length: 2 }, () => 'Take the deployment of acme away? [y/N] '));
  });

  it('asks a person for the slug before a purge', async () => {
    const refused = await leasehold(['tenants', 'delete', 'acme', '--purge', '--no-watch'], {}, () =>
      Promise.resolve('yes'),
    );
    expect([refused.code, refused.err]).toEqual([2, 'Nothing was deleted.\n']);
    expect(seen.some(({ route }) => route.startsWith('DELETE'))).toBe(false);
    expect(
      (
        await leasehold(['tenants', 'delete', 'acme', '--purge', '--no-watch'], {}, () =>
          Promise.resolve('acme'),
        )
      ).code,
    ).toBe(0);
  });

  it('does not ask where nobody can answer', async () => {
    expect((await leasehold(['tenants', 'delete', 'acme', '--purge', '--no-watch'])).code).toBe(0);
    expect(seen.at(-1)?.route).toBe('DELETE /v1/tenants/acme?purge=true');
  });
});

describe('branding', () => {
  it('changes what is named, keeps the rest, and waits until the pages show it', async () => {
    let reads = 2;
    const branding = {
      displayName: 'Acme',
      colors: { primary: '#111111', background: '#ffffff', text: '#000000' },
      tagline: 'Old',
      supportUrl: 'https://help.example.test',
      revision: 3,
      updatedAt: now,
    };
    routes['GET /v1/tenants/acme/branding'] = (...exchange) =>
      json(
        200,
        { ...branding, revision: reads === 2 ? 3 : 4, publishedRevision: ++reads },
        { etag: '"3"' },
      )(...exchange);
    routes['PUT /v1/tenants/acme/branding'] = json(200, { ...branding, revision: 4, publishedRevision: 3 });
    const { code, out } = await leasehold([
      'branding',
      'set',
      'acme',
      '--primary',
      '#222222',
      '--tagline',
      '',
    ]);
    expect(code).toBe(0);
    expect(out).toContain('4 (shown on the pages)');
    expect(seen[1]?.headers['if-match']).toBe('"3"');
    expect(JSON.parse(seen[1]?.body ?? '')).toEqual({
      displayName: 'Acme',
      colors: { primary: '#222222', background: '#ffffff', text: '#000000' },
      supportUrl: 'https://help.example.test',
    });
  });
});

describe('the twin', () => {
  it('loses the resource that is named', async () => {
    routes['DELETE /v1/twin/inventory?type=kubernetes%3Acore%2Fv1%3AService&name=app&scope=t-acme'] = (
      _request,
      response,
    ) => response.writeHead(204).end();
    const { code, out } = await leasehold([
      'twin',
      'remove',
      '--type',
      'kubernetes:core/v1:Service',
      '--scope',
      't-acme',
      '--name',
      'app',
    ]);
    expect([code, out]).toEqual([0, 'kubernetes:core/v1:Service app is gone.\n']);
  });
});

describe('the log of a pod', () => {
  const pod = (name: string, namespace: string) => ({ name, namespace });
  const print =
    (text: string): Answer =>
    (_request, response) =>
      response.writeHead(200, { 'content-type': 'text/plain' }).end(text);

  it('comes as it was printed', async () => {
    routes['GET /v1/twin/pods'] = json(200, { items: [pod('app-1', 't-acme')], nextCursor: null });
    routes['GET /v1/twin/pods/app-1/log?tail=5'] = print('one\ntwo\n');
    const { code, out } = await leasehold(['twin', 'logs', 'app-1', '--tail', '5']);
    expect([code, out]).toEqual([0, 'one\ntwo\n']);
  });

  it('of a client is that of each of its pods, each line with its pod', async () => {
    const items = [pod('app-1', 't-acme'), pod('app-2', 't-acme'), pod('app-3', 't-globex')];
    routes['GET /v1/twin/pods'] = json(200, { items, nextCursor: null });
    routes['GET /v1/twin/pods/app-1/log'] = print('one\n');
    routes['GET /v1/twin/pods/app-2/log'] = print('two\n');
    const { out } = await leasehold(['twin', 'logs', 'acme']);
    expect(out.split('\n').sort()).toEqual(['', 'app-1 | one', 'app-2 | two']);
  });

  it('of a pod that is not there ends with 4', async () => {
    routes['GET /v1/twin/pods'] = json(200, { items: [], nextCursor: null });
    expect((await leasehold(['twin', 'logs', 'app-1'])).code).toBe(4);
  });
});

describe('the local authority', () => {
  it('is named with the commands that trust it, and nothing is changed', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'lh-trust-'));
    const env = { LEASEHOLD_DATA_DIR: folder };
    expect(await leasehold(['twin', 'trust'], env)).toMatchObject({ code: 2 });
    const file = join(folder, 'twin', 'ca', 'ca.pem');
    await mkdir(join(folder, 'twin', 'ca'), { recursive: true });
    await writeFile(file, 'a certificate');
    const { code, out } = await leasehold(['twin', 'trust'], env);
    expect(code).toBe(0);
    for (const word of ['Debian', 'macOS', 'Windows', 'Firefox', file]) expect(out).toContain(word);
    await rm(folder, { recursive: true });
  });
});

describe('a forwarded port', () => {
  it('is the page of the client, whatever host is asked for, until Ctrl-C', async () => {
    const page = url.replace('127.0.0.1', 'acme.localhost');
    routes['GET /v1/tenants/acme'] = json(200, { ...tenant, url: page });
    routes['POST /counter?a=1'] = (request, response, body) =>
      response.end(`${request.headers.host ?? ''} ${body}`);
    const stop = new AbortController();
    let out = '';
    const running = run({
      args: ['--json', 'twin', 'forward', 'acme'],
      env: { LEASEHOLD_URL: url, LEASEHOLD_API_KEY: 'lh_test' },
      streams: { out: { write: (text) => (out += text) }, err: { write: () => true } },
      signal: stop.signal,
    });
    await expect.poll(() => out).toContain('}');
    const { url: local } = z.object({ url: z.string() }).parse(JSON.parse(out));
    const answer = await fetch(`${local}/counter?a=1`, { method: 'POST', body: 'hello' });
    expect(await answer.text()).toBe(`${new URL(page).host} hello`);
    stop.abort();
    expect(await running).toBe(0);
    await expect(fetch(local)).rejects.toThrow();
  });
});

describe('a key that is made', () => {
  it('is the only thing on standard output, so that a script can keep it', async () => {
    const created = {
      id: 'key_1',
      name: 'ci',
      role: 'ci',
      tenantId: null,
      expiresAt: null,
      lastUsedAt: null,
      createdAt: now,
      key: 'lh_new',
    };
    routes['POST /v1/api-keys'] = json(201, created);
    const { out, err } = await leasehold(['api-keys', 'create', 'ci', '--role', 'ci']);
    expect(out).toBe('lh_new\n');
    expect(err).toContain('not shown again');
  });
});
