import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import pg from 'pg';
import { z } from 'zod';
import { testDatabase, type TestDatabase } from '@leasehold/test-support';
import type { DeclaredRoute } from '../platform/http/route.decorator.js';
import { filledPath } from '../platform/http/route-path.js';
import { tenantRoles } from '../platform/request-context.js';
import { startApi, type ApiUnderTest } from '../testing/api-under-test.js';
import { execute, seedCatalog } from '../testing/seeded-catalog.js';
import type { TestCaller } from '../testing/test-caller.js';

let database: TestDatabase;
let api: ApiUnderTest;
/** The attacker: the admin of one client, with a valid key. */
let mallory: TestCaller;
let own: { id: string; operation: string };
let victim: { id: string; operation: string; key: string; webhook: string };

beforeAll(async () => {
  database = await testDatabase();
  api = await startApi(database);
  await seedCatalog(api.admin, database.ownerUrl);
  own = await onboard('mallory');
  victim = { ...(await onboard('victim')), key: '', webhook: '' };
  mallory = api.as((await makeKey(own.id)).secret);
  victim.key = (await makeKey(victim.id)).id;
  const hook = { url: 'http://127.0.0.1:9/', tenantId: victim.id };
  victim.webhook = String((await api.admin.post('/v1/webhooks', hook)).body['id']);
});
afterAll(async () => {
  await api.stop();
  await database.drop();
});

async function onboard(slug: string): Promise<{ id: string; operation: string }> {
  const { body } = await api.admin.post('/v1/tenants', {
    slug,
    displayName: slug,
    template: 'counter',
    hostnames: [`www.${slug}.example`],
  });
  return { id: String(body['tenantId']), operation: String(body['id']) };
}

async function makeKey(tenantId: string): Promise<{ id: string; secret: string }> {
  const { body } = await api.admin.post('/v1/api-keys', {
    name: 'admin of a client',
    role: 'tenant-admin',
    tenantId,
  });
  return { id: String(body['id']), secret: String(body['key']) };
}

function declared(): DeclaredRoute[] {
  return api.app.routes.routes.flatMap((route) =>
    route.declared && route.method !== 'HEAD' ? [route.declared] : [],
  );
}

describe('every route of the program', () => {
  test('declares who may call it, or belongs to another interface that does', () => {
    const silent = api.app.routes.routes.filter((route) => !route.declared && !route.foreign);
    expect(silent.map(({ method, path }) => `${method} ${path}`)).toEqual([]);
    expect(declared().length).toBeGreaterThan(30);
  });

  test('refuses a caller without a key, unless it is public; the public ones are these', async () => {
    const open: string[] = [];
    for (const { spec } of declared()) {
      if (spec.access === 'public') open.push(spec.path);
      else {
        const answer = await api.as(undefined).send(
          spec.method,
          filledPath(spec.path, () => 'x'),
          {},
        );
        expect({ path: spec.path, status: answer.status }).toEqual({ path: spec.path, status: 401 });
      }
    }
    expect(open.sort()).toEqual([
      '/docs',
      '/docs/:file',
      '/erasure/jwks.json',
      '/healthz',
      '/issuers/:tenantId/.well-known/openid-configuration',
      '/issuers/:tenantId/jwks.json',
      '/metrics',
      '/openapi.json',
      '/readyz',
    ]);
  });

  test('refuses a role that it does not name', async () => {
    for (const { spec } of declared()) {
      if (spec.access === 'public' || spec.access.includes('tenant-admin')) continue;
      const answer = await mallory.send(
        spec.method,
        filledPath(spec.path, () => victim.id),
        {
          headers: { 'if-match': '*' },
        },
      );
      expect({ path: spec.path, status: answer.status }).toEqual({ path: spec.path, status: 403 });
    }
  });

  test('is in the OpenAPI document', async () => {
    const { body } = await api.admin.get('/openapi.json');
    const paths = z.record(z.string(), z.record(z.string(), z.unknown())).parse(body['paths']);
    const documented = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}`),
    );
    const served = declared().map(({ spec }) => `${spec.method} ${spec.path}`);
    expect(documented.sort()).toEqual(served.sort());
  });
});

/** Of routes that an empty body does not get past. */
const bodies: Readonly<Record<string, string>> = {
  createToken: '{"subject":"x"}',
  createCallerKey: '{"name":"x"}',
};

/** The rest of a path as its owner would ask for it. */
function ownPath(path: string): string {
  return path.replace(':asset', 'logo').replace(':revision', '1');
}

describe("a client's key against another client", () => {
  test('finds nothing of the other one on any route that it may call', async () => {
    const ids = {
      tenants: ['victim', victim.id],
      operations: [victim.operation],
      'api-keys': [victim.key],
      webhooks: [victim.webhook],
    };
    let tried = 0;
    for (const { spec, input } of declared()) {
      if (spec.access === 'public' || !spec.access.includes('tenant-admin')) continue;
      const [, resource] = /^\/v1\/([\w-]+)\/:/.exec(spec.path) ?? [];
      for (const id of Object.entries(ids).find(([name]) => name === resource)?.[1] ?? []) {
        tried++;
        const ask = (whose: string) =>
          mallory.send(spec.method, ownPath(spec.path).replace(/:\w+/, whose), {
            headers: {
              'if-match': '*',
              ...(input.body && { 'content-type': spec.takes?.[0] ?? 'application/json' }),
            },
            ...(input.body && { body: spec.takes ? '<svg/>' : (bodies[spec.operationId] ?? '{}') }),
          });
        const answer = await ask(id);
        expect({ path: spec.path, id, status: answer.status }).toEqual({ path: spec.path, id, status: 404 });
        const unknown = await ask('nobody');
        expect(withoutNames(answer.body, id)).toEqual(withoutNames(unknown.body, 'nobody'));
      }
    }
    expect(tried).toBeGreaterThanOrEqual(10);
  });

  test('sees in every list its own alone', async () => {
    for (const path of [
      '/v1/tenants',
      '/v1/operations',
      '/v1/api-keys',
      '/v1/webhooks',
      '/v1/audit-events',
      '/v1/tenants?filter=state=provisioning',
      `/v1/audit-events?tenantId=${victim.id}`,
    ]) {
      const { status, body } = await mallory.get(path);
      expect(status).toBe(200);
      expect(JSON.stringify(body)).not.toMatch(
        new RegExp(`victim|${victim.id}|${victim.operation}|${victim.key}|${victim.webhook}`),
      );
    }
    expect((await mallory.get('/v1/tenants')).body['items']).toMatchObject([{ id: own.id }]);
  });

  test('cannot make itself another one with headers or parameters', async () => {
    const answer = await mallory.get('/v1/tenants', { 'x-tenant-id': victim.id, 'app.tenant_id': victim.id });
    expect(answer.body['items']).toMatchObject([{ id: own.id }]);
    expect((await mallory.get(`/v1/operations?tenantId=${victim.id}`)).body['items']).toEqual([]);
  });

  test('ends with its tenant', async () => {
    const gone = await onboard('gone');
    const caller = api.as((await makeKey(gone.id)).secret);
    expect((await caller.get('/v1/tenants')).status).toBe(200);
    await execute(database.ownerUrl, `update leasehold.tenants set state = 'deleted' where id = $1`, [
      gone.id,
    ]);
    expect((await caller.get('/v1/tenants')).status).toBe(401);
  });

  test('changes its own branding', async () => {
    const before = await mallory.get('/v1/tenants/mallory/branding');
    const changed = await mallory.put(
      '/v1/tenants/mallory/branding',
      { colors: { primary: '#AA33CC' }, tagline: 'hello' },
      { 'if-match': String(before.headers.get('etag')) },
    );
    expect(changed).toMatchObject({
      status: 200,
      body: { revision: 2, displayName: 'mallory', colors: { primary: '#aa33cc' } },
    });
    expect(changed.headers.get('etag')).toBe('"2"');
    const stale = await mallory.put('/v1/tenants/mallory/branding', {}, { 'if-match': '"1"' });
    expect(stale.status).toBe(412);
  });
});

describe('the database role of clients, even with SQL of its own', () => {
  const owned = [
    'tenants',
    'hostnames',
    'branding',
    'api_keys',
    'audit_events',
    'events',
    'operations',
    'operation_steps',
    'idempotency_keys',
    'webhooks',
    'webhook_deliveries',
    'issuers',
    'issuer_keys',
    'members',
    'caller_keys',
  ];

  test.each(owned)('sees no row of %s before it has said which tenant it is', async (table) => {
    expect(await asApp(`select * from leasehold.${table}`)).toEqual([]);
  });

  test.each(owned)('sees no row of the victim in %s as another tenant', async (table) => {
    const column = table === 'tenants' ? 'id' : 'tenant_id';
    expect(await asApp(`select * from leasehold.${table} where ${column} = '${victim.id}'`, own.id)).toEqual(
      [],
    );
  });

  test.each([
    ['change a tenant', `update leasehold.tenants set display_name = 'x'`],
    [
      'make a key',
      `insert into leasehold.api_keys (id, name, role, secret_hash) values ('k', 'k', 'admin', 'x')`,
    ],
    [
      'write an event of another',
      `insert into leasehold.events (id, type, tenant_id) values ('e', 'x', '$victim')`,
    ],
    [
      'write to the audit log of another',
      `insert into leasehold.audit_events (id, actor, action, subject, tenant_id, request_id) values ('a', 'a', 'a', 'a', '$victim', 'r')`,
    ],
    ['take a prefix', `select * from leasehold.row_key_prefixes`],
    ['look into the queue', `select * from pgboss.job`],
    ['look into the state of stacks', `select * from pulumi.stacks`],
    ['take the role of the platform', `set role leasehold_platform`],
  ])('cannot %s', async (_title, sql) => {
    await expect(asApp(sql.replace('$victim', victim.id), own.id)).rejects.toThrow(
      /permission denied|row-level security/,
    );
  });

  test("cannot change another's branding", async () => {
    const sql = `update leasehold.branding set revision = 9 where tenant_id = '${victim.id}' returning 1`;
    expect(await asApp(sql, own.id)).toEqual([]);
  });
});

async function asApp(sql: string, tenantId = ''): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: database.appUrl });
  await client.connect();
  try {
    await client.query(`select set_config('app.tenant_id', $1, false)`, [tenantId]);
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

/** An answer without what differs between two requests. */
function withoutNames(body: object, name: string): string {
  return JSON.stringify({ ...body, requestId: undefined }).replaceAll(name, '…');
}

test('the roles of clients are the two that this file attacks with', () => {
  expect(tenantRoles).toEqual(['tenant-admin', 'tenant-viewer']);
});
