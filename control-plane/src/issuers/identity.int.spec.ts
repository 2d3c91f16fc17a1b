import { createServer, type Server } from 'node:http';
import { createLocalJWKSet, decodeJwt, exportJWK, generateKeyPair, jwtVerify } from 'jose';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { testDatabase, type TestDatabase } from '@leasehold/test-support';
import { CellsService } from '../cells/cells.service.js';
import { DATABASES, SETTINGS, type ControlPlaneSettings } from '../platform/tokens.js';
import type { Databases } from '../platform/database.js';
import { systemContext } from '../platform/request-context.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { startApi, type ApiUnderTest } from '../testing/api-under-test.js';
import { execute, seedCatalog } from '../testing/seeded-catalog.js';
import { SlowStore } from '../testing/slow-store.js';
import { itemsOf, type TestCaller } from '../testing/test-caller.js';
import { AccessPublication } from './access-publication.js';
import { IssuerUpkeep } from './issuer-upkeep.js';
import { IssuersService } from './issuers.service.js';

const log = pino({ level: 'silent' });
const ctx = systemContext('test', log);
const store = new SlowStore();
const published = z.object({
  revision: z.int(),
  issuer: z.string(),
  audience: z.string(),
  rolesClaim: z.string(),
  keys: z.array(z.looseObject({ kid: z.string() })),
  apiKeys: z.array(z.object({ id: z.string(), hash: z.string(), roles: z.array(z.string()) })),
});

let database: TestDatabase;
let api: ApiUnderTest;
let acme: string;
let globex: string;
/** The admin of acme. */
let owner: TestCaller;

beforeAll(async () => {
  database = await testDatabase();
  api = await startApi(database);
  await seedCatalog(api.admin, database.ownerUrl);
  acme = await onboard('acme');
  globex = await onboard('globex');
  await execute(database.ownerUrl, `update leasehold.tenants set state = 'active'`);
  const key = { name: 'owner', role: 'tenant-admin', tenantId: acme };
  owner = api.as(String((await api.admin.post('/v1/api-keys', key)).body['key']));
});
afterAll(async () => {
  await api.stop();
  await database.drop();
});

async function onboard(slug: string): Promise<string> {
  const { body } = await api.admin.post('/v1/tenants', { slug, displayName: slug, template: 'counter' });
  return String(body['tenantId']);
}

async function token(path: string, body: object = {}, caller = owner): Promise<string> {
  const answer = await caller.post(path, body);
  expect(answer.status).toBe(201);
  return String(answer.body['token']);
}

/** What a verifier does that knows nothing but the tenant's discovery document. */
async function verify(tenantId: string, jwt: string) {
  const anybody = api.as(undefined);
  const { body } = await anybody.get(`/issuers/${tenantId}/.well-known/openid-configuration`);
  const { pathname } = new URL(String(body['jwks_uri']));
  const keys = z
    .object({ keys: z.array(z.looseObject({ kty: z.string() })) })
    .parse((await anybody.get(pathname)).body);
  return jwtVerify(jwt, createLocalJWKSet(keys), { issuer: String(body['issuer']), audience: tenantId });
}

async function publish(tenantId: string) {
  const { nest } = api.app;
  const publication = new AccessPublication(
    nest.get(UnitOfWork),
    nest.get(IssuersService, { strict: false }),
    nest.get(CellsService, { strict: false }),
    store,
    nest.get<Databases>(DATABASES),
    nest.get<ControlPlaneSettings>(SETTINGS),
  );
  for (const place of await publication.unpublished(ctx, 10)) await publication.publish(ctx, place);
  return published.parse(
    JSON.parse(store.objects.get(`branding/tenants/${tenantId}/branding/access.json`) ?? '{}'),
  );
}

describe('a member', () => {
  test('is added, found, changed and removed by the admin of its tenant', async () => {
    const added = await owner.post('/v1/tenants/acme/members', {
      email: 'jo@acme.example',
      displayName: 'Jo Doe',
      roles: ['user', 'ai'],
    });
    expect(added).toMatchObject({ status: 201, body: { subject: 'jo@acme.example', tenantId: acme } });
    const path = String(added.headers.get('location'));
    const changed = await owner.send('PATCH', path, {
      headers: { 'content-type': 'application/json' },
      body: '{"roles":["admin"],"email":null}',
    });
    expect(changed.body).toMatchObject({ roles: ['admin'], email: null, subject: 'jo@acme.example' });
    expect(itemsOf(await owner.get('/v1/tenants/acme/members'))).toMatchObject([{ roles: ['admin'] }]);
    expect((await owner.delete(path)).status).toBe(204);
    expect((await owner.get(path)).status).toBe(404);
  });

  test('is there once: neither its subject nor its address can be taken again', async () => {
    const body = { email: 'once@acme.example' };
    expect((await owner.post('/v1/tenants/acme/members', body)).status).toBe(201);
    const again = await owner.post('/v1/tenants/acme/members', { email: 'ONCE@acme.example', subject: 'x' });
    expect([again.status, again.body['code']]).toEqual([409, 'member_exists']);
  });

  test('gets a token with its roles that anybody can verify who has the discovery document', async () => {
    const member = await owner.post('/v1/tenants/acme/members', { subject: 'robot', roles: ['ai'] });
    const jwt = await token(`/v1/tenants/acme/members/${String(member.body['id'])}/tokens`, { minutes: 5 });
    const { payload, protectedHeader } = await verify(acme, jwt);
    expect(payload).toMatchObject({ sub: 'robot', roles: ['ai'], aud: acme });
    expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(300);
    expect(protectedHeader.alg).toBe('ES256');
  });

  test('has its token shown once, and kept nowhere', async () => {
    const first = await owner.post(
      '/v1/tenants/acme/tokens',
      { subject: 'once' },
      { 'idempotency-key': 'token-once' },
    );
    const again = await owner.post(
      '/v1/tenants/acme/tokens',
      { subject: 'once' },
      { 'idempotency-key': 'token-once' },
    );
    expect(decodeJwt(String(first.body['token'])).sub).toBe('once');
    expect([again.status, again.body['token']]).toEqual([201, null]);
    const trail = JSON.stringify((await api.admin.get(`/v1/audit-events?tenantId=${acme}`)).body);
    expect(trail).toContain('token.issue');
    expect(trail).not.toContain(String(first.body['token']));
  });

  test.each([0, 61, 1.5])('gets no token for %s minutes', async (minutes) => {
    const answer = await owner.post('/v1/tenants/acme/tokens', { subject: 'x', minutes });
    expect(answer.status).toBe(400);
  });
});

describe('an attacker', () => {
  test('cannot use a token of one tenant at another', async () => {
    const jwt = await token('/v1/tenants/acme/tokens', { subject: 'mallory', roles: ['admin'] });
    await token('/v1/tenants/globex/tokens', { subject: 'somebody' }, api.admin);
    await expect(verify(globex, jwt)).rejects.toThrow();
    expect((await verify(acme, jwt)).payload.sub).toBe('mallory');
  });

  test.each([
    ['GET', 'issuer'],
    ['GET', 'members'],
    ['POST', 'tokens'],
    ['GET', 'caller-keys'],
    ['POST', 'issuer/rotate'],
  ])("finds nothing of another tenant's identity: %s %s", async (method, part) => {
    const init = { headers: { 'content-type': 'application/json' }, body: '{"subject":"x"}' };
    const body = part === 'issuer/rotate' ? { ...init, body: '{}' } : init;
    const answer = await owner.send(method, `/v1/tenants/globex/${part}`, method === 'GET' ? {} : body);
    expect(answer.status).toBe(404);
  });

  test('sees no private part of a key anywhere', async () => {
    const keys = await api.as(undefined).get(`/issuers/${acme}/jwks.json`);
    expect(keys.headers.get('cache-control')).toBe('public, max-age=300');
    expect(JSON.stringify(keys.body)).not.toMatch(/"d":/);
    expect(JSON.stringify((await owner.get('/v1/tenants/acme/issuer')).body)).not.toMatch(/sealed|"d":/);
    const rows = await execute(
      database.ownerUrl,
      'select sealed, public_jwk::text from leasehold.issuer_keys',
    );
    expect(JSON.stringify(rows)).not.toContain('PRIVATE KEY');
  });

  test('finds no issuer under a name that is none', async () => {
    for (const id of ['ten_0', 'acme', `${acme}x`, '..%2f']) {
      expect((await api.as(undefined).get(`/issuers/${id}/jwks.json`)).status).toBe(404);
    }
  });

  test.each([
    ['an address of our network', 'https://10.0.0.1'],
    ['the metadata server', 'http://169.254.169.254'],
    ['a file', 'file:///etc/passwd'],
    ['a user in it', 'https://u:p@login.example'],
  ])('cannot have the platform ask %s as an issuer', async (_what, issuer) => {
    const answer = await owner.put('/v1/tenants/acme/issuer', { kind: 'oidc', issuer, audience: 'a' });
    expect([answer.status, answer.body['code']]).toEqual([422, 'issuer_unusable']);
    const keys = { kind: 'oidc', issuer: 'https://login.example', audience: 'a', jwksUrl: issuer };
    expect((await owner.put('/v1/tenants/acme/issuer', keys)).status).toBe(422);
  });
});

describe('a rotation', () => {
  test('publishes the new key before it signs, and keeps the one before', async () => {
    const before = await token('/v1/tenants/acme/tokens', { subject: 'before' });
    const { status, body } = await owner.post('/v1/tenants/acme/issuer/rotate', {});
    expect([status, itemsOf({ status, body, headers: new Headers() }, 'keys').length]).toEqual([200, 2]);
    const after = await token('/v1/tenants/acme/tokens', { subject: 'after' });
    const kid = (await verify(acme, before)).protectedHeader.kid;
    expect((await verify(acme, after)).protectedHeader.kid).toBe(kid);
    expect((await owner.post('/v1/tenants/acme/issuer/rotate', {})).body['code']).toBe('rotation_under_way');
  });

  test('that withdraws ends every token at once', async () => {
    const leaked = await token('/v1/tenants/acme/tokens', { subject: 'leaked' });
    await owner.post('/v1/tenants/acme/issuer/rotate', { withdraw: true });
    await expect(verify(acme, leaked)).rejects.toThrow();
    const fresh = await token('/v1/tenants/acme/tokens', { subject: 'fresh' });
    expect((await verify(acme, fresh)).payload.sub).toBe('fresh');
  });
});

describe('what pods read', () => {
  test('has the public keys and the hashes of API keys, and follows every change', async () => {
    const made = await owner.post('/v1/tenants/acme/caller-keys', { name: 'shop', roles: ['user'] });
    const key = String(made.body['key']);
    expect(key).toMatch(/^lhk_[0-9a-z]{52}$/);
    const first = await publish(acme);
    expect(first).toMatchObject({ audience: acme, rolesClaim: 'roles' });
    expect(first.apiKeys).toHaveLength(1);
    expect(JSON.stringify(first)).not.toContain(key);
    expect((await owner.get('/v1/tenants/acme/issuer')).body).toMatchObject({ published: true });
    await owner.delete(`/v1/tenants/acme/caller-keys/${String(made.body['id'])}`);
    const second = await publish(acme);
    expect(second.apiKeys).toEqual([]);
    expect(second.revision).toBeGreaterThan(first.revision);
  });
});

describe('an issuer of its own', () => {
  let server: Server;
  let url: string;
  let keys: object[];
  let named: string;

  beforeAll(async () => {
    const { publicKey } = await generateKeyPair('RS256', { extractable: true });
    keys = [{ ...(await exportJWK(publicKey)), kid: 'own-1' }];
    server = createServer((request, response) => {
      response.statusCode = request.url?.startsWith('/moved') === true ? 302 : 200;
      if (response.statusCode === 302) response.setHeader('location', `${url}/jwks`);
      response.end(
        JSON.stringify(request.url === '/jwks' ? { keys } : { issuer: named, jwks_uri: `${url}/jwks` }),
      );
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    url = `http://127.0.0.1:${typeof address === 'object' ? (address?.port ?? 0) : 0}`;
    named = url;
  });
  afterAll(async () => {
    await api.admin.put('/v1/tenants/globex/issuer', { kind: 'platform' });
    server.closeAllConnections();
    server.close();
  });

  const put = (more: object = {}) =>
    api.admin.put('/v1/tenants/globex/issuer', { kind: 'oidc', issuer: url, audience: 'globex', ...more });

  test('is learned from its discovery document, and its keys are published for the pods', async () => {
    const answer = await put({ rolesClaim: 'realm_access.roles' });
    expect(answer).toMatchObject({
      status: 200,
      body: { kind: 'oidc', issuer: url, jwksUrl: `${url}/jwks` },
    });
    expect(await publish(globex)).toMatchObject({
      issuer: url,
      audience: 'globex',
      rolesClaim: 'realm_access.roles',
      keys: [{ kid: 'own-1', alg: 'RS256' }],
    });
    const refused = await api.admin.post('/v1/tenants/globex/tokens', { subject: 'x' });
    expect([refused.status, refused.body['code']]).toEqual([409, 'foreign_issuer']);
  });

  test('is asked for its keys again, and a private part that it shows stays there', async () => {
    await put();
    const { publicKey } = await generateKeyPair('ES256', { extractable: true });
    keys = [{ ...(await exportJWK(publicKey)), kid: 'own-2', d: 'private', k: 'secret' }];
    await execute(
      database.ownerUrl,
      `update leasehold.issuers set jwks_fetched_at = now() - interval '1 hour'`,
    );
    const { nest } = api.app;
    await nest.get(IssuerUpkeep, { strict: false }).run(ctx);
    const { keys: shown } = await publish(globex);
    expect(shown).toMatchObject([{ kid: 'own-2', alg: 'ES256' }]);
    expect(JSON.stringify(shown)).not.toMatch(/private|secret/);
  });

  test.each([
    ['another issuer in its document', () => (named = 'https://other.example'), {}],
    ['a redirect instead of keys', () => (named = url), { jwksUrl: '/moved' }],
    ['no key that verifies', () => (keys = [{ kty: 'oct', k: 'c2VjcmV0' }]), {}],
  ])('is refused with %s', async (_what, prepare, more) => {
    prepare();
    const { jwksUrl } = { jwksUrl: undefined, ...more };
    const answer = await put(jwksUrl === undefined ? {} : { jwksUrl: `${url}${jwksUrl}` });
    named = url;
    expect([answer.status, answer.body['code']]).toEqual([422, 'issuer_unusable']);
  });

  test.each([
    [{ kind: 'oidc', issuer: 'https://login.example' }, '/audience'],
    [{ kind: 'platform', audience: 'x' }, '/audience'],
  ])('is refused as %j', async (body, pointer) => {
    const answer = await api.admin.put('/v1/tenants/globex/issuer', body);
    expect(answer.status).toBe(400);
    expect(answer.body['errors']).toMatchObject([{ pointer }]);
  });
});

test('nothing of an erased tenant is left', async () => {
  const gone = await onboard('gone');
  await api.admin.post('/v1/tenants/gone/members', { subject: 'x' });
  await token('/v1/tenants/gone/tokens', { subject: 'x' }, api.admin);
  await execute(database.ownerUrl, `update leasehold.tenants set state = 'deleted' where id = $1`, [gone]);
  const sql = `select (select count(*) from leasehold.members where tenant_id = '${gone}')
    + (select count(*) from leasehold.issuer_keys where tenant_id = '${gone}') as left`;
  expect(await execute(database.ownerUrl, sql)).toMatchObject([{ left: '0' }]);
  expect((await api.as(undefined).get(`/issuers/${gone}/jwks.json`)).status).toBe(404);
});
