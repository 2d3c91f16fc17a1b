import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, request, type IncomingHttpHeaders, type Server } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { dropped, text } from './http/reply.js';
import { createTenantApp, type TenantApp, type TenantAppOptions } from './tenant-app.js';

const manifest = {
  name: 'demo',
  version: '1.0.0',
  health: { live: '/healthz/live', ready: '/healthz/ready' },
};

let folder: string;
let app: TenantApp;
let port: number;
let gatewayUp: boolean;
let closed: boolean;
let pending: number;
let release: () => void;
let store: {
  server: Server;
  url: string;
  branding: object | undefined;
  /** Other objects, by their names. */
  objects: Map<string, string>;
  authorizations: (string | undefined)[];
};

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tenant-kit-'));
  await writeFile(join(folder, 'app.js'), 'let a = 1;');
  await writeFile(join(folder, 'app.css'), 'p{}');
  await writeFile(`${folder}.token`, 'secret-token\n');
  store = await objectStore();
  gatewayUp = true;
  closed = false;
  pending = 0;
  release = () => undefined;
});

afterEach(async () => {
  await app.stop();
  store.server.close();
  await rm(folder, { recursive: true });
  await rm(`${folder}.token`);
});

async function start(parameters: object = {}, options: Partial<TenantAppOptions> = {}): Promise<void> {
  app = createTenantApp({
    manifest,
    env: environment(parameters),
    page: { html: '<p>own</p>', assetsFolder: folder },
    bodyLimitBytes: 1_000,
    create: () => ({
      routes: [
        { path: '/echo', methods: { POST: async (req) => text((await req.body()).toString()) } },
        {
          path: '/slow',
          methods: { GET: () => new Promise((resolve) => (release = () => resolve(text('done')))) },
        },
        { path: '/dropped', methods: { POST: () => dropped() } },
        { path: '/broken', methods: { GET: () => Promise.reject(new Error('secret detail')) } },
        { path: '/find', methods: { GET: ({ query }) => text(query.get('q') ?? '') } },
      ],
      ping: () =>
        gatewayUp ? Promise.resolve() : Promise.reject(new Error('the data gateway does not answer')),
      pending: () => pending,
      close: () => {
        closed = true;
        return Promise.resolve();
      },
    }),
    ...options,
  });
  port = await app.start();
}

function environment(parameters: object): NodeJS.ProcessEnv {
  return {
    PORT: '0',
    TENANT_ID: 'ten_1',
    TENANT_SLUG: 'acme',
    TENANT_NAME: 'Acme & Sons',
    TEMPLATE: 'demo',
    RELEASE: '1.0.0',
    ROW_KEY_PREFIX: '0123456789',
    BIGTABLE_PROJECT: 'p',
    BIGTABLE_INSTANCE: 'i',
    DATA_GATEWAY_ENDPOINT: '127.0.0.1:1',
    DATA_GATEWAY_TOKEN_FILE: `${folder}.token`,
    BRANDING_URL: store.url,
    BRANDING_TOKEN_FILE: `${folder}.token`,
    PARAMETERS: JSON.stringify(parameters),
    LOG_LEVEL: 'error',
    POD_NAME: 'app-1',
  };
}

async function objectStore(): Promise<typeof store> {
  const authorizations: (string | undefined)[] = [];
  const server = createServer((req, res) => {
    authorizations.push(req.headers.authorization);
    const name = decodeURIComponent(req.url ?? '').slice(1);
    const object =
      name === 'current.json' ? store.branding && JSON.stringify(store.branding) : store.objects.get(name);
    res.statusCode = object === undefined ? 404 : 200;
    res.end(object ?? '{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('the object store has no port');
  return {
    server,
    url: `http://127.0.0.1:${address.port}/current.json`,
    branding: undefined,
    objects: new Map(),
    authorizations,
  };
}

interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
}

/** `node:http`, because `fetch` hides what goes over the wire (HEAD, connection, hop headers). */
function call(
  method: string,
  path: string,
  headers: Record<string, string> = {},
  body?: string,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, method, path, headers, agent: false }, (res) => {
      const chunks: Buffer[] = [];
      res.on('data', (chunk: Buffer) => chunks.push(chunk));
      res.on('end', () =>
        resolve({
          status: res.statusCode ?? 0,
          headers: res.headers,
          body: Buffer.concat(chunks).toString(),
        }),
      );
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

describe('a visitor', () => {
  it('sees the published branding on the first page', async () => {
    const colors = { primary: '#aa0000', background: '#ffffff', text: '#000000' };
    store.branding = { revision: 7, displayName: 'Acme GmbH', colors };
    await start();
    const page = await call('GET', '/');
    expect(page.headers['branding-revision']).toBe('7');
    expect(page.body).toContain('Acme GmbH');
    expect(store.authorizations[0]).toBe('Bearer secret-token');
  });

  it('sees the built-in branding with the name of the client while none is published', async () => {
    await start();
    const page = await call('GET', '/');
    expect(page.headers['branding-revision']).toBe('0');
    expect(page.body).toContain('<h1>Acme &amp; Sons</h1>');
  });

  it('gets an unchanged page as 304', async () => {
    await start();
    const page = await call('GET', '/');
    const again = await call('GET', '/', { 'if-none-match': `W/${String(page.headers.etag)}` });
    expect([again.status, again.body]).toEqual([304, '']);
  });

  it('may keep a file of the page for ever under its own URL, and must ask again under the plain one', async () => {
    await start();
    const url = /src="(\/ui\/app\.js\?v=[^"]+)"/.exec((await call('GET', '/')).body)?.[1] ?? '';
    const script = await call('GET', url);
    expect(script.body).toBe('let a = 1;');
    expect(script.headers['content-type']).toBe('text/javascript; charset=utf-8');
    expect(script.headers['cache-control']).toContain('immutable');
    expect((await call('GET', '/ui/app.js')).headers['cache-control']).toBe('no-cache');
  });

  it('gets the pictures of the branding, which can run nothing, and no other object', async () => {
    const name = `${'a'.repeat(64)}.svg`;
    store.objects.set(`assets/${name}`, '<svg/>');
    await start();
    const picture = await call('GET', `/branding/assets/${name}`);
    expect([picture.status, picture.body]).toEqual([200, '<svg/>']);
    expect(picture.headers).toMatchObject({
      'content-type': 'image/svg+xml',
      'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; sandbox",
      'x-content-type-options': 'nosniff',
    });
    expect(picture.headers['cache-control']).toContain('immutable');
    for (const other of [`${'b'.repeat(64)}.svg`, 'current.json', '..%2Fcurrent.json', '*', '']) {
      expect((await call('GET', `/branding/assets/${other}`)).status).toBe(404);
    }
  });

  it.each(['/ui/../server.mjs', '/ui/%2e%2e/server.mjs', '/ui/', '//', '/nothing'])(
    'finds nothing at %s',
    async (path) => {
      await start();
      expect((await call('GET', path)).status).toBe(404);
    },
  );
});

describe('who has the link to a draft', () => {
  const token = 'A'.repeat(43);
  const draft = (expiresAt: Date): [string, string] => [
    `previews/${createHash('sha256').update(token).digest('hex')}.json`,
    JSON.stringify({
      expiresAt: expiresAt.toISOString(),
      branding: {
        revision: 0,
        displayName: 'Acme of tomorrow',
        colors: { primary: '#aa0000', background: '#ffffff', text: '#000000' },
      },
    }),
  ];

  it('sees it, and nobody keeps it', async () => {
    store.objects.set(...draft(new Date(Date.now() + 60_000)));
    await start();
    const page = await call('GET', `/?branding-preview=${token}`);
    expect([page.status, page.headers['cache-control']]).toEqual([200, 'no-store']);
    expect(page.body).toContain('<h1>Acme of tomorrow</h1>');
    expect((await call('GET', '/')).body).not.toContain('tomorrow');
  });

  it('sees nothing any more when its time is over', async () => {
    store.objects.set(...draft(new Date(Date.now() - 1)));
    await start();
    const page = await call('GET', `/?branding-preview=${token}`);
    expect(page.status).toBe(404);
    expect(page.body).not.toContain('tomorrow');
  });

  it.each(['B'.repeat(43), '', 'x', '../current', 'A'.repeat(42)])(
    'and another token finds nothing: %j',
    async (other) => {
      store.objects.set(...draft(new Date(Date.now() + 60_000)));
      await start();
      expect((await call('GET', `/?branding-preview=${encodeURIComponent(other)}`)).status).toBe(404);
    },
  );
});

describe('every answer', () => {
  it('carries the security headers and the request id that came in', async () => {
    await start();
    for (const path of ['/', '/nothing', '/healthz/live', '/broken']) {
      const { headers } = await call('GET', path, { 'x-request-id': 'abc-123' });
      expect(headers).toMatchObject({ 'x-request-id': 'abc-123', 'x-content-type-options': 'nosniff' });
      expect(headers['content-security-policy']).toContain("frame-ancestors 'none'");
    }
  });

  it('has a request id of its own when none came in, or one that is not safe to log', async () => {
    await start();
    const fresh = (await call('GET', '/healthz/live')).headers['x-request-id'];
    const replaced = (await call('GET', '/healthz/live', { 'x-request-id': 'a"b' })).headers['x-request-id'];
    expect(fresh).toMatch(/^[0-9a-f-]{36}$/);
    expect(replaced).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('to HEAD is that of GET without its body', async () => {
    await start();
    const get = await call('GET', '/find?q=hello');
    const head = await call('HEAD', '/find?q=hello');
    expect(head.status).toBe(200);
    expect(head.body).toBe('');
    expect(head.headers['content-length']).toBe(get.headers['content-length']);
  });

  it('to a method that the path does not know is 405 with those it knows', async () => {
    await start();
    const answer = await call('DELETE', '/find');
    expect([answer.status, answer.headers.allow]).toEqual([405, 'GET, HEAD']);
    expect((await call('GET', '/echo')).headers.allow).toBe('POST');
  });

  it('to a failed request is 500 without the reason', async () => {
    await start({}, {});
    const answer = await call('GET', '/broken');
    expect(answer.status).toBe(500);
    expect(answer.headers['content-type']).toBe('application/problem+json');
    expect(answer.body).not.toContain('secret detail');
  });
});

describe('a request whose outcome cannot be known', () => {
  it('ends without an answer, and is counted as such', async () => {
    await start();
    await expect(call('POST', '/dropped')).rejects.toThrow('socket hang up');
    const { body } = await call('GET', '/metrics');
    expect(body).toContain('http_requests_total{route="/dropped",method="POST",status="444"} 1');
  });
});

describe('a body', () => {
  it('up to the limit is taken', async () => {
    await start();
    expect((await call('POST', '/echo', {}, 'x'.repeat(1_000))).body).toHaveLength(1_000);
  });

  it('that is announced as longer is refused before it is read', async () => {
    await start();
    const answer = await call('POST', '/echo', { 'content-length': '1001', expect: '100-continue' });
    expect(answer.status).toBe(413);
  });

  it('that turns out longer is refused', async () => {
    await start();
    const answer = await call('POST', '/echo', { 'transfer-encoding': 'chunked' }, 'x'.repeat(1_001));
    expect(answer.status).toBe(413);
  });
});

describe('the rate limit', () => {
  it('answers 429 with the time to wait, and never the probes', async () => {
    await start({ rateLimitPerSecond: 1 });
    expect((await call('GET', '/find')).status).toBe(200);
    const refused = await call('GET', '/find');
    expect([refused.status, refused.headers['retry-after']]).toEqual([429, '1']);
    expect((await call('GET', '/healthz/live')).status).toBe(200);
    expect((await call('GET', '/metrics')).status).toBe(200);
  });

  it('is off without its parameter', async () => {
    await start();
    const answers = await Promise.all(Array.from({ length: 50 }, () => call('GET', '/find')));
    expect(answers.every(({ status }) => status === 200)).toBe(true);
  });
});

describe('the platform', () => {
  it('reads metrics of requests, branding and process', async () => {
    await start();
    await call('GET', '/find');
    const { body } = await call('GET', '/metrics');
    expect(body).toContain('http_requests_total{route="/find",method="GET",status="200"} 1');
    expect(body).toContain('branding_revision 0');
    expect(body).toContain('workload_info{template="demo",version="1.0.0",release="1.0.0"} 1');
    expect(body).toMatch(/process_resident_memory_bytes \d+/);
  });

  it('is told how much work is left, with the answer to its probe', async () => {
    await start();
    const left = async (): Promise<unknown> =>
      (await call('GET', '/healthz/ready')).headers['leasehold-pending-work'];
    expect(await left()).toBe('0');
    pending = 7;
    expect(await left()).toBe('7');
  });

  it('is told the reason when the pod is not ready', async () => {
    gatewayUp = false;
    await start();
    const answer = await call('GET', '/healthz/ready');
    expect(answer.status).toBe(503);
    expect(JSON.parse(answer.body)).toEqual({ ready: false, reason: 'the data gateway does not answer' });
    expect((await call('GET', '/healthz/live')).status).toBe(200);
  });
});

describe('a stop', () => {
  it('finishes the request that was accepted, takes no new one, and closes the workload last', async () => {
    await start();
    const slow = call('GET', '/slow');
    await expect
      .poll(async () => (await call('GET', '/metrics')).body)
      .toContain('http_requests_in_flight 2');
    const stopped = app.stop();
    await expect
      .poll(() =>
        call('GET', '/').then(
          () => 'served',
          () => 'refused',
        ),
      )
      .toBe('refused');
    expect(closed).toBe(false);
    release();
    expect((await slow).body).toBe('done');
    expect((await slow).headers.connection).toBe('close');
    expect(await stopped).toBe(true);
    expect(closed).toBe(true);
  });

  it('does not wait for connections on which nothing is under way', async () => {
    await start();
    const idle = connect(port, '127.0.0.1');
    const ended = new Promise((resolve) => idle.once('close', resolve));
    idle.write('GET /healthz/live HTTP/1.1\r\nhost: a\r\n\r\n');
    await new Promise((resolve) => idle.once('data', resolve));
    expect(await app.stop()).toBe(true);
    await ended;
  });

  it('cuts off a request that takes longer than its deadline, and says so', async () => {
    await start({}, { drainMs: 50 });
    const slow = call('GET', '/slow').then(
      () => 'answered',
      () => 'cut off',
    );
    await expect
      .poll(async () => (await call('GET', '/metrics')).body)
      .toContain('http_requests_in_flight 2');
    expect(await app.stop()).toBe(false);
    expect(await slow).toBe('cut off');
    expect(closed).toBe(true);
  });
});
