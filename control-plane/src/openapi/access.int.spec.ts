import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testDatabase, type TestDatabase } from '@leasehold/test-support';
import { apiRoutes } from '../app.module.js';
import type { RouteSpec } from '../platform/http/route.decorator.js';
import { roleLimits } from '../platform/http/rate-limits.js';
import { filledPath } from '../platform/http/route-path.js';
import { everyRole, type Role } from '../platform/request-context.js';
import { startApi, type ApiUnderTest } from '../testing/api-under-test.js';
import { seedCatalog } from '../testing/seeded-catalog.js';
import type { TestCaller } from '../testing/test-caller.js';
import { accessOf, accessTable, isOwned } from './access-table.js';
import { accessFile } from './document-file.js';

let database: TestDatabase;
let api: ApiUnderTest;
let mine: { tenant: string; operation: string; key: string };
const callers = new Map<Role, TestCaller>();
let stranger: TestCaller;

beforeAll(async () => {
  database = await testDatabase();
  api = await startApi(database);
  await seedCatalog(api.admin, database.ownerUrl);
  const [tenant, operation] = await onboard('mine');
  const [other] = await onboard('other');
  for (const role of everyRole) {
    const own = role.startsWith('tenant-');
    const made = await makeKey(role, own ? tenant : undefined);
    callers.set(role, api.as(made.secret));
  }
  stranger = api.as((await makeKey('tenant-admin', other)).secret);
  // A key of its own: whoever may, ends it.
  const { id: key } = await makeKey('tenant-viewer', tenant);
  mine = { tenant, operation, key };
});
afterAll(async () => {
  await api.stop();
  await database.drop();
});

async function onboard(slug: string): Promise<[tenant: string, operation: string]> {
  const { body } = await api.admin.post('/v1/tenants', { slug, displayName: slug, template: 'counter' });
  return [String(body['tenantId']), String(body['id'])];
}

async function makeKey(role: Role, tenantId: string | undefined): Promise<{ id: string; secret: string }> {
  const { body } = await api.admin.post('/v1/api-keys', { name: role, role, tenantId });
  return { id: String(body['id']), secret: String(body['key']) };
}

function pathOf(spec: RouteSpec): string {
  const [, , resource = ''] = spec.path.split('/');
  const ids: Record<string, string> = {
    tenants: mine.tenant,
    operations: mine.operation,
    'api-keys': mine.key,
  };
  let first = true;
  return filledPath(spec.path, () => {
    const value = first ? (ids[resource] ?? 'unknown') : 'unknown';
    first = false;
    return value;
  });
}

/** The status alone: a stream is not read, and a tag that nothing has keeps a change from being made. */
async function statusFor(caller: TestCaller, spec: RouteSpec): Promise<number> {
  const body = spec.method === 'GET' || spec.method === 'DELETE' ? {} : { body: '{"unknown": 1}' };
  const answer = await caller.fetch(spec.method, pathOf(spec), {
    headers: { 'if-match': '"of nothing"', ...('body' in body && { 'content-type': 'application/json' }) },
    ...body,
  });
  await answer.body?.cancel();
  return answer.status;
}

const specs = apiRoutes().map(({ spec }) => spec);

describe('every route in every role', () => {
  test.each(everyRole)('%s gets 403 where the table says so, and nowhere else', async (role) => {
    const caller = callers.get(role);
    if (!caller) throw new Error(`no caller is ${role}`);
    for (const spec of specs) {
      const status = await statusFor(caller, spec);
      const allowed = accessOf(spec, role) !== 'no';
      const shown = { route: `${spec.method} ${spec.path}`, status };
      expect(shown.status === 403 ? 'refused' : 'let in', JSON.stringify(shown)).toBe(
        allowed ? 'let in' : 'refused',
      );
      expect(shown.status, JSON.stringify(shown)).not.toBe(401);
      expect(shown.status === 503 || shown.status < 500, JSON.stringify(shown)).toBe(true);
    }
  });

  test("another tenant's admin finds nothing of what is not its own", async () => {
    for (const spec of specs) {
      const status = await statusFor(stranger, spec);
      const access = accessOf(spec, 'tenant-admin');
      if (access === 'no') expect({ path: spec.path, status }).toEqual({ path: spec.path, status: 403 });
      else if (isOwned(spec)) {
        // A body that no route takes may be refused before anybody looks whose the resource is.
        const wanted = spec.method === 'GET' || spec.method === 'DELETE' ? [404] : [400, 404, 415];
        expect(wanted, `${spec.method} ${spec.path}: ${status}`).toContain(status);
      }
    }
  });

  test('without a key only what is public answers', async () => {
    for (const spec of specs) {
      const status = await statusFor(api.as(undefined), spec);
      expect(status === 401, `${spec.method} ${spec.path}: ${status}`).toBe(spec.access !== 'public');
    }
  });
});

test('every key learns what it is', async () => {
  for (const [role, caller] of callers) {
    const { status, body } = await caller.get('/v1/whoami');
    const tenantId = role.startsWith('tenant-') ? mine.tenant : null;
    expect({ status, body }).toMatchObject({ status: 200, body: { role, tenantId, key: { name: role } } });
    expect(body).toMatchObject({
      rateLimit: roleLimits[role],
      actor: expect.stringMatching(/^key:key_/) as unknown,
    });
    expect(JSON.stringify(body)).not.toContain('lh_');
  }
});

test('docs/access.md is what the routes declare; `npm run -w control-plane openapi` writes it', async () => {
  expect(await readFile(accessFile, 'utf8')).toBe(accessTable(apiRoutes()));
});
