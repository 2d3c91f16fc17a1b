import { createHash, createHmac } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exportJWK, generateKeyPair, SignJWT, UnsecuredJWT } from 'jose';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { json } from '../http/reply.js';
import type { Route } from '../http/route.js';
import { createTenantApp, type TenantApp } from '../tenant-app.js';
import { ObjectStore } from '../testing/object-store.js';
import { TestIssuer } from '../testing/test-issuer.js';
import { jwksSchema } from './trust.js';

const audience = 'ten_1';
const manifest = { name: 'demo', version: '1.0.0', health: { live: '/live', ready: '/ready' } };

let folder: string;
let issuer: TestIssuer;
let store: ObjectStore;
let app: TenantApp | undefined;
let url: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kit-auth-'));
  await writeFile(`${folder}.token`, 'pod-token');
  issuer = await TestIssuer.start();
  store = await ObjectStore.start();
  app = undefined;
});
afterEach(async () => {
  await app?.stop();
  await issuer[Symbol.asyncDispose]();
  await store[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
  await rm(`${folder}.token`);
});

const tell: Route['methods'] = { GET: ({ caller, params }) => json({ caller: caller ?? null, ...params }) };
const routes: Route[] = [
  { path: '/plain', methods: tell },
  { path: '/open', access: 'open', methods: tell },
  { path: '/me', access: 'user', methods: tell },
  { path: '/users/:name', access: { role: 'admin' }, methods: tell },
];

async function start(auth: 'off' | 'jwt' | 'api-key' | 'any', named = true): Promise<void> {
  app = createTenantApp({
    manifest,
    page: { html: '', assetsFolder: folder },
    create: () => ({ routes, ping: () => Promise.resolve() }),
    env: {
      PORT: '0',
      TENANT_ID: audience,
      TENANT_SLUG: 'acme',
      TENANT_NAME: 'Acme',
      TEMPLATE: 'demo',
      RELEASE: '1.0.0',
      POD_NAME: 'app-1',
      ROW_KEY_PREFIX: '0123456789',
      BIGTABLE_PROJECT: 'p',
      BIGTABLE_INSTANCE: 'i',
      DATA_GATEWAY_ENDPOINT: '127.0.0.1:1',
      DATA_GATEWAY_TOKEN_FILE: `${folder}.token`,
      BRANDING_URL: store.url,
      BRANDING_TOKEN_FILE: `${folder}.token`,
      PARAMETERS: JSON.stringify({ auth }),
      LOG_LEVEL: 'error',
      ...(named ? issuer.environment(audience) : {}),
    },
  });
  url = `http://127.0.0.1:${await app.start()}`;
}

async function ask(path: string, token?: string, header = 'authorization') {
  const value = header === 'authorization' ? `Bearer ${token ?? ''}` : (token ?? '');
  const response = await fetch(`${url}${path}`, token === undefined ? {} : { headers: { [header]: value } });
  return { status: response.status, headers: response.headers, body: await response.text() };
}

const statuses = (token?: string): Promise<number[]> =>
  Promise.all(['/plain', '/open', '/me', '/users/jo'].map(async (path) => (await ask(path, token)).status));

describe('a caller', () => {
  it('needs no proof on most routes while the tenant does not ask for one', async () => {
    await start('off');
    expect(await statuses()).toEqual([200, 200, 401, 401]);
    expect(issuer.asked).toBe(0);
  });

  it('needs one on all but open routes where the tenant asks for it; pages and health stay open', async () => {
    await start('jwt');
    expect(await statuses()).toEqual([401, 200, 401, 401]);
    expect((await ask('/')).status).toBe(200);
    expect((await ask('/live')).status).toBe(200);
    const refused = await ask('/plain');
    expect(refused.headers.get('www-authenticate')).toBe('Bearer');
    expect(await statuses(await issuer.token({ audience }))).toEqual([200, 200, 200, 403]);
  });

  it('is known to the workload with its roles, and may do what a role allows', async () => {
    await start('off');
    const token = await issuer.token({ audience, subject: 'jo', roles: ['user', 'admin'] });
    expect(JSON.parse((await ask('/users/a%20b', token)).body)).toEqual({
      caller: { subject: 'jo', roles: ['user', 'admin'], kind: 'jwt' },
      name: 'a b',
    });
    expect(JSON.parse((await ask('/open', token)).body)).toEqual({ caller: null });
  });
});

describe('a token', () => {
  it.each<[string, () => Promise<string>]>([
    ['of another tenant', () => issuer.token({ audience: 'ten_2' })],
    ['of another issuer', () => issuer.token({ audience, issuer: 'https://evil.example' })],
    ['that has expired', () => issuer.token({ audience, expiresIn: -60 })],
    ['that is not valid yet', () => issuer.token({ audience, claims: { nbf: 4_000_000_000 } })],
    ['without a subject', () => issuer.token({ audience, subject: '' })],
    ['of the algorithm none', () => Promise.resolve(unsigned())],
    ['signed with the public key as a shared secret', () => confused()],
    ['signed by a stranger under a published name', () => stranger()],
    ['that is none', () => Promise.resolve('a.b.c')],
    ['of two parts', () => Promise.resolve('abc.def')],
    ['far too long', () => Promise.resolve('a'.repeat(9_000))],
  ])('%s is refused', async (_what, make) => {
    await start('off');
    const answer = await ask('/me', await make());
    expect([answer.status, JSON.parse(answer.body)]).toMatchObject([401, { code: 'unauthenticated' }]);
    expect(answer.headers.get('www-authenticate')).toBe('Bearer error="invalid_token"');
  });

  it('changed by one character is refused, wherever', async () => {
    await start('off');
    const token = await issuer.token({ audience });
    for (const at of [3, token.indexOf('.') + 3, token.lastIndexOf('.') + 3]) {
      const other = token[at] === 'A' ? 'B' : 'A';
      const forged = `${token.slice(0, at)}${other}${token.slice(at + 1)}`;
      expect((await ask('/me', forged)).status).toBe(401);
    }
    expect((await ask('/me', token)).status).toBe(200);
  });

  function unsigned(): string {
    const { url: by } = issuer;
    return new UnsecuredJWT({ roles: ['admin'] })
      .setIssuer(by)
      .setSubject('x')
      .setAudience(audience)
      .setExpirationTime('1h')
      .encode();
  }

  async function confused(): Promise<string> {
    const jwks = await (await fetch(issuer.jwksUrl)).text();
    const claims = { iss: issuer.url, aud: audience, sub: 'x', exp: 4_000_000_000 };
    const encode = (part: object): string => Buffer.from(JSON.stringify(part)).toString('base64url');
    const signed = `${encode({ alg: 'HS256', kid: 'key-1' })}.${encode(claims)}`;
    return `${signed}.${createHmac('sha256', jwks).update(signed).digest('base64url')}`;
  }

  async function stranger(): Promise<string> {
    const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true });
    return new SignJWT({})
      .setProtectedHeader({ alg: 'ES256', kid: 'key-1', jwk: await exportJWK(publicKey) })
      .setIssuer(issuer.url)
      .setSubject('x')
      .setAudience(audience)
      .setExpirationTime('1h')
      .sign(privateKey);
  }
});

describe("the issuer's keys", () => {
  it('are asked for with the first token, once for all who wait', async () => {
    await start('off');
    const tokens = await Promise.all(Array.from({ length: 20 }, () => issuer.token({ audience })));
    const answers = await Promise.all(tokens.map((token) => ask('/me', token)));
    expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(200));
    expect(issuer.asked).toBe(1);
  });

  it('are asked for again when a token names a new one, and strangers cannot make the pod ask all the time', async () => {
    await start('off');
    await ask('/me', await issuer.token({ audience }));
    await issuer.rotate();
    expect((await ask('/me', await issuer.token({ audience }))).status).toBe(200);
    await issuer.rotate();
    const unknown = await Promise.all(Array.from({ length: 20 }, () => issuer.token({ audience })));
    const answers = await Promise.all(unknown.map((token) => ask('/me', token)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([401]));
    expect(issuer.asked).toBe(2);
  });

  it('stay in use while the issuer is away, and their absence is 503', async () => {
    issuer.away = true;
    await start('off');
    const refused = await ask('/me', await issuer.token({ audience }));
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '1']);
    issuer.away = false;
    const token = await issuer.token({ audience });
    await expect.poll(async () => (await ask('/me', token)).status, { timeout: 5_000 }).toBe(200);
    issuer.away = true;
    expect((await ask('/me', await issuer.token({ audience }))).status).toBe(200);
  });
});

describe('what the platform publishes', () => {
  const key = `lhk_${'a'.repeat(52)}`;
  const hash = (text: string): string => createHash('sha256').update(text).digest('hex');

  async function publish(apiKeys: object[] = []): Promise<void> {
    const { keys } = jwksSchema.parse(await (await fetch(issuer.jwksUrl)).json());
    const document = { revision: 1, issuer: issuer.url, audience, rolesClaim: 'realm.roles', keys, apiKeys };
    store.objects.set('access.json', JSON.stringify(document));
  }

  it('names the issuer where the environment does not, and where its roles are', async () => {
    await publish();
    await start('jwt', false);
    const token = await issuer.token({ audience, claims: { realm: { roles: ['ai'] } } });
    expect(JSON.parse((await ask('/me', token)).body)).toMatchObject({ caller: { roles: ['ai'] } });
    expect((await ask('/me', await issuer.token({ audience: 'ten_2' }))).status).toBe(401);
  });

  it('is missed with what to do, until the first token is issued', async () => {
    await start('off', false);
    const token = await issuer.token({ audience });
    const refused = await ask('/me', token);
    expect([refused.status, JSON.parse(refused.body)]).toMatchObject([503, { code: 'auth_not_configured' }]);
    expect(refused.body).toContain('AUTH_ISSUER');
  });

  it('has API keys, which prove a caller in either header where the tenant takes them', async () => {
    await publish([{ id: 'cak_1', hash: hash(key), roles: ['user'] }]);
    await start('api-key');
    const caller = { subject: 'api-key:cak_1', roles: ['user'], kind: 'api-key' };
    expect(JSON.parse((await ask('/plain', key)).body)).toEqual({ caller });
    expect((await ask('/plain', key, 'x-api-key')).status).toBe(200);
    expect((await ask('/plain', `${key}x`)).status).toBe(401);
    expect((await ask('/users/jo', key)).status).toBe(403);
    expect((await ask('/plain', await issuer.token({ audience }))).status).toBe(401);
  });

  it('has no API key that has expired, and none counts where the tenant takes tokens alone', async () => {
    await publish([
      { id: 'cak_1', hash: hash(key), roles: ['user'] },
      { id: 'cak_2', hash: hash('lhk_old'), roles: ['user'], expiresAt: '2020-01-01T00:00:00Z' },
    ]);
    await start('any');
    expect((await ask('/plain', 'lhk_old')).status).toBe(401);
    await app?.stop();
    await start('jwt');
    expect((await ask('/plain', key)).status).toBe(401);
  });

  it('is read again for a key that is not there yet', async () => {
    await publish();
    await start('any');
    await ask('/plain', await issuer.token({ audience }));
    await publish([{ id: 'cak_1', hash: hash(key), roles: ['user'] }]);
    expect((await ask('/plain', key)).status).toBe(200);
  });
});
