import { testDatabase, type TestDatabase } from '@leasehold/test-support';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemContext } from '../platform/request-context.js';
import { startApi, type ApiUnderTest } from '../testing/api-under-test.js';
import { counterImage, counterManifest, execute, seedCatalog } from '../testing/seeded-catalog.js';
import { itemsOf, type Answered, type TestCaller } from '../testing/test-caller.js';
import { ExpiryService } from './expiry/expiry.service.js';
import { tenantActionRules, tenantStates, type TenantAction, type TenantState } from './tenant-states.js';

let database: TestDatabase;
let api: ApiUnderTest;
let operator: TestCaller;

beforeAll(async () => {
  database = await testDatabase();
  api = await startApi(database);
  await seedCatalog(api.admin, database.ownerUrl);
  await api.admin.post('/v1/templates', { name: 'guarded', displayName: 'Guarded' });
  await api.admin.post('/v1/templates/guarded/releases', {
    version: '1.0.0',
    image: counterImage,
    manifest: {
      ...counterManifest,
      name: 'guarded',
      resources: {
        free: counterManifest.resources.free,
        enterprise: { ...counterManifest.resources.standard, replicas: { min: 2, max: 4 } },
      },
    },
  });
  await execute(
    database.ownerUrl,
    `insert into leasehold.cells (id, name, environment, region, target, domain, capacity, state, outputs)
     values ('cel_east', 'east', 'development', 'local', 'twin', 'localhost', 50, 'ready', '{"bucket": "branding"}')`,
  );
  const made = await api.admin.post('/v1/api-keys', { name: 'operator', role: 'operator' });
  operator = api.as(String(made.body['key']));
});
afterAll(async () => {
  await api.stop();
  await database.drop();
});

const any = { 'if-match': '*' };
const sql = (text: string, values: unknown[] = []) => execute(database.ownerUrl, text, values);

async function onboard(slug: string, more: object = {}): Promise<string> {
  const wanted = { slug, displayName: slug, template: 'guarded', plan: 'free', ...more };
  const answer = await api.admin.post('/v1/tenants', wanted);
  expect(answer).toMatchObject({ status: 202 });
  return String(answer.body['tenantId']);
}

/** As a worker leaves it: its operations have ended, and it is in this state. */
async function settle(id: string, state: TenantState): Promise<void> {
  await sql(
    `update leasehold.operations set state = 'succeeded', ended_at = now() where tenant_id = $1 and ended_at is null`,
    [id],
  );
  await sql('update leasehold.tenants set state = $2 where id = $1', [id, state]);
}

/** A tenant in a state: `requested` waits for its approval, the others have no operation under way. */
async function tenantIn(slug: string, state: TenantState): Promise<string> {
  if (state === 'requested') return onboard(slug, { plan: 'enterprise' });
  const id = await onboard(slug);
  await settle(id, state);
  return id;
}

const patch = (caller: TestCaller, id: string, body: object): Promise<Answered> =>
  caller.send('PATCH', `/v1/tenants/${id}`, {
    body: JSON.stringify(body),
    headers: { ...any, 'content-type': 'application/json' },
  });

const ask: Readonly<Record<TenantAction, (caller: TestCaller, id: string) => Promise<Answered>>> = {
  edit: (caller, id) => patch(caller, id, { labels: { tier: 'gold' } }),
  update: (caller, id) => patch(caller, id, { displayName: 'Another name' }),
  suspend: (caller, id) => caller.post(`/v1/tenants/${id}/suspend`),
  resume: (caller, id) => caller.post(`/v1/tenants/${id}/resume`),
  move: (caller, id) =>
    caller.send('POST', `/v1/tenants/${id}/move`, {
      body: JSON.stringify({ cell: 'east' }),
      headers: { ...any, 'content-type': 'application/json' },
    }),
  reconcile: (caller, id) => caller.post(`/v1/tenants/${id}/reconcile`),
  approve: (caller, id) => caller.post(`/v1/tenants/${id}/approve`),
  reject: (caller, id) => caller.post(`/v1/tenants/${id}/reject`, { reason: 'No budget.' }),
  delete: (caller, id) => caller.delete(`/v1/tenants/${id}`, any),
  restore: (caller, id) => caller.post(`/v1/tenants/${id}/restore`),
  purge: (caller, id) => caller.delete(`/v1/tenants/${id}?purge=true`, any),
};

describe('what can be asked of a tenant', () => {
  const pairs = tenantStates.flatMap((state) => tenantActionRules.map((rule) => ({ state, ...rule })));

  test.each(pairs)('$action of one that is $state', async ({ state, action, from, done }) => {
    const id = await tenantIn(`s-${state.replaceAll('_', '-')}-${action}`, state);
    const answer = await ask[action](api.admin, id);
    if (from.includes(state)) {
      expect(answer).toMatchObject({ status: 202, body: { tenantId: id } });
      return;
    }
    expect(answer.status).toBe(409);
    // What waits for its approval has an operation under way, and that is the better answer.
    if (answer.body['code'] === 'operation_in_progress') expect(state).toBe('requested');
    else {
      expect(answer.body).toMatchObject({ code: 'wrong_state', resource: id });
      expect(String(answer.body['detail'])).toContain(`is ${state} cannot be ${done}; it must be`);
    }
    expect((await api.admin.get(`/v1/tenants/${id}`)).body).toMatchObject({ state });
  });
});

describe('a move to another cell', () => {
  const move = (id: string, cell: string, headers: Record<string, string> = any) =>
    api.admin.send('POST', `/v1/tenants/${id}/move`, {
      body: JSON.stringify({ cell }),
      headers: { ...headers, 'content-type': 'application/json' },
    });

  test('is refused without a place: to where it is, to no cell, to a full one, and beside another change', async () => {
    const id = await tenantIn('mover', 'active');
    const full = `insert into leasehold.cells (id, name, environment, region, target, domain, capacity, state, outputs)
       values ('cel_full', 'full', 'development', 'local', 'twin', 'localhost', 1, 'ready', '{"bucket": "branding"}')`;
    await sql(full);
    await sql(`update leasehold.tenants set moving_to = 'full' where id = $1`, [
      await tenantIn('first', 'active'),
    ]);
    for (const [cell, code] of [
      ['local', 'already_there'],
      ['nowhere', 'unknown_cell'],
      ['full', 'cell_full'],
    ] as const) {
      const answer = await move(id, cell);
      expect([cell, answer.status, answer.body['code']]).toEqual([cell, 422, code]);
    }
    expect((await move(id, 'east', { 'if-match': '"spec-999"' })).status).toBe(412);
    expect((await api.admin.post(`/v1/tenants/${id}/move`, { cell: 'east' })).status).toBe(428);
    expect(await move(id, 'east')).toMatchObject({ status: 202, body: { kind: 'tenant.move' } });
    expect(await api.admin.delete(`/v1/tenants/${id}`, any)).toMatchObject({
      status: 409,
      body: { code: 'operation_in_progress' },
    });
  });

  test('that stopped on its way keeps everything else away until it is resumed or rolled back', async () => {
    const id = await tenantIn('stopped', 'active');
    const { body } = await move(id, 'east');
    await sql(`update leasehold.operations set state = 'failed', ended_at = now() where id = $1`, [
      body['id'],
    ]);
    expect(await api.admin.delete(`/v1/tenants/${id}?purge=true`, any)).toMatchObject({
      status: 409,
      body: { code: 'operation_unfinished', resource: body['id'] },
    });
    await sql(`update leasehold.tenants set expires_at = now() - interval '1 minute' where id = $1`, [id]);
    await api.app.nest.get(ExpiryService).round(systemContext('test', pino({ level: 'silent' })));
    expect((await api.admin.get(`/v1/tenants/${id}`)).body).toMatchObject({ state: 'active' });
    expect(await api.admin.post(`/v1/operations/${String(body['id'])}/rollback`)).toMatchObject({
      status: 202,
    });
  });
});

describe('an approval', () => {
  test('is an admin’s to give, and what waits for it has taken its names', async () => {
    const id = await onboard('asked', { plan: 'enterprise' });
    const [waiting] = itemsOf(await api.admin.get(`/v1/operations?tenantId=${id}`));
    expect(waiting).toMatchObject({ state: 'waiting_approval', kind: 'tenant.create' });
    expect((await operator.post(`/v1/tenants/${id}/approve`)).status).toBe(403);
    expect((await operator.post(`/v1/tenants/${id}/reject`, {})).status).toBe(403);
    expect(
      await api.admin.post('/v1/tenants', { slug: 'asked', displayName: 'x', template: 'guarded' }),
    ).toMatchObject({ status: 409 });
    expect(await api.admin.post(`/v1/tenants/${id}/approve`)).toMatchObject({
      status: 202,
      body: { id: waiting?.['id'], state: 'queued' },
    });
    expect((await api.admin.get(`/v1/tenants/${id}`)).body).toMatchObject({ state: 'provisioning' });
    expect(await api.admin.post(`/v1/tenants/${id}/approve`)).toMatchObject({
      status: 409,
      body: { code: 'wrong_state' },
    });
  });

  test('that is refused ends the request with the reason, and frees its names', async () => {
    const id = await onboard('refused', { plan: 'enterprise', hostnames: ['refused.example'] });
    expect(await api.admin.post(`/v1/tenants/${id}/reject`, { reason: 'No budget.' })).toMatchObject({
      status: 202,
      body: {
        state: 'rolled_back',
        error: { code: 'rejected', message: 'The request was rejected. No budget.' },
      },
    });
    expect((await api.admin.get(`/v1/tenants/${id}`)).body).toMatchObject({
      state: 'deleted',
      hostnames: [],
    });
    await onboard('refused', { hostnames: ['refused.example'] });
  });

  test('cannot be gone around by a cancel and a resume, nor by a change of plan', async () => {
    const id = await onboard('sly', { plan: 'enterprise' });
    const [waiting] = itemsOf(await api.admin.get(`/v1/operations?tenantId=${id}`));
    const operation = `/v1/operations/${String(waiting?.['id'])}`;
    expect(await operator.post(`${operation}/cancel`)).toMatchObject({ body: { state: 'rolled_back' } });
    expect((await operator.post(`${operation}/resume`)).status).toBe(409);
    const other = await tenantIn('sly-too', 'active');
    expect(await patch(operator, other, { plan: 'enterprise' })).toMatchObject({
      status: 403,
      body: { code: 'approval_needed' },
    });
    expect((await patch(api.admin, other, { plan: 'enterprise' })).status).toBe(202);
  });
});

describe('a PATCH', () => {
  test('of what needs no run is done with the answer, and raises the ETag', async () => {
    const id = await tenantIn('quick', 'active');
    const etag = (await api.admin.get(`/v1/tenants/${id}`)).headers.get('etag') ?? '';
    const body = { labels: { a: 'b' }, contact: { email: 'jo@quick.example' }, deletionProtection: true };
    const answer = await patch(operator, id, body);
    expect(answer).toMatchObject({
      status: 202,
      body: { kind: 'tenant.update', state: 'succeeded', steps: [] },
    });
    const now = await api.admin.get(`/v1/tenants/${id}`);
    expect(now.body).toMatchObject({ ...body, lastGood: null });
    expect(now.headers.get('etag')).not.toBe(etag);
    const late = await api.admin.send('PATCH', `/v1/tenants/${id}`, {
      body: '{"contact": null}',
      headers: { 'if-match': etag, 'content-type': 'application/json' },
    });
    expect(late).toMatchObject({ status: 412, body: { code: 'etag_mismatch' } });
    expect((await patch(api.admin, id, { contact: null })).status).toBe(202);
    expect((await api.admin.get(`/v1/tenants/${id}`)).body['contact']).toBeNull();
  });

  test('of what is done at once does not keep a failed onboarding from being resumed', async () => {
    const id = await onboard('labelled');
    const [made] = itemsOf(await api.admin.get(`/v1/operations?tenantId=${id}`));
    await sql(`update leasehold.operations set state = 'failed', ended_at = now() where tenant_id = $1`, [
      id,
    ]);
    await sql(`update leasehold.tenants set state = 'failed' where id = $1`, [id]);
    expect((await patch(api.admin, id, { labels: { a: 'b' } })).status).toBe(202);
    expect(await api.admin.post(`/v1/operations/${String(made?.['id'])}/resume`)).toMatchObject({
      status: 202,
      body: { state: 'queued' },
    });
  });

  test('of the spec starts an operation; what ran before is shown until it has succeeded', async () => {
    const id = await tenantIn('changing', 'active');
    const answer = await patch(api.admin, id, { displayName: 'New', hostnames: ['new.changing.example'] });
    expect(answer).toMatchObject({ status: 202, body: { kind: 'tenant.update', state: 'queued' } });
    expect((await api.admin.get(`/v1/tenants/${id}`)).body).toMatchObject({
      displayName: 'New',
      hostnames: ['changing.localhost', 'new.changing.example'],
      lastGood: { displayName: 'changing', hostnames: ['changing.localhost'] },
    });
    expect(await patch(api.admin, id, { displayName: 'Newer' })).toMatchObject({
      status: 409,
      body: { code: 'operation_in_progress' },
    });
  });

  test.each([
    ['an unknown release', { release: '9.9.9' }, 422, 'unknown_release'],
    ['an unknown plan', { plan: 'gold' }, 422, 'unknown_plan'],
    ['a plan that the release does not offer', { plan: 'standard' }, 422, 'plan_not_offered'],
    ['parameters against the schema', { parameters: { maxBlockSize: 0 } }, 422, 'invalid_parameters'],
    [
      'more hostnames than the plan allows',
      { hostnames: ['a.example', 'b.example'] },
      422,
      'too_many_hostnames',
    ],
    ['a hostname of the platform', { hostnames: ['other.localhost'] }, 422, 'hostname_of_the_platform'],
    ['another tenant’s hostname', { hostnames: ['held.example'] }, 409, 'hostname_taken'],
    ['a slug', { slug: 'other' }, 400, 'invalid_request'],
  ])('with %s is refused and changes nothing', async (name, body, status, code) => {
    if (name.startsWith('another')) await onboard('holder', { hostnames: ['held.example'] });
    const id = await tenantIn(`p-${code.replaceAll('_', '-')}`, 'active');
    const before = (await api.admin.get(`/v1/tenants/${id}`)).body;
    const answer = await patch(api.admin, id, body);
    expect(answer.status).toBe(status);
    if (status !== 400) expect(answer.body['code']).toBe(code);
    expect((await api.admin.get(`/v1/tenants/${id}`)).body).toEqual(before);
    expect(itemsOf(await api.admin.get(`/v1/operations?tenantId=${id}&kind=tenant.update`))).toEqual([]);
  });

  test('without If-Match is refused, and another tenant’s admin does not see the tenant', async () => {
    const id = await tenantIn('mine', 'active');
    const other = await tenantIn('theirs', 'active');
    const headers = { 'content-type': 'application/json' };
    expect((await api.admin.send('PATCH', `/v1/tenants/${id}`, { body: '{}', headers })).status).toBe(428);
    const key = await api.admin.post('/v1/api-keys', {
      name: 'theirs',
      role: 'tenant-admin',
      tenantId: other,
    });
    const stranger = api.as(String(key.body['key']));
    for (const action of ['edit', 'update', 'suspend', 'resume', 'approve', 'reject'] as const)
      expect((await ask[action](stranger, id)).status, action).toBe(403);
    expect((await stranger.get(`/v1/tenants/${id}`)).status).toBe(404);
  });
});

test('a protected tenant is not deleted until its protection is switched off', async () => {
  const id = await onboard('safe', { deletionProtection: true });
  await settle(id, 'active');
  for (const query of ['', '?purge=true']) {
    const refused = await api.admin.delete(`/v1/tenants/${id}${query}`, any);
    expect(refused).toMatchObject({ status: 409, body: { code: 'deletion_protected' } });
    expect(String(refused.body['detail'])).toContain('"deletionProtection": false');
  }
  await patch(api.admin, id, { deletionProtection: false });
  expect((await api.admin.delete(`/v1/tenants/${id}`, any)).status).toBe(202);
});

test('the request says what a failed onboarding leads to', async () => {
  const id = await onboard('all-or-nothing', { onFailure: 'rollback' });
  expect(await sql('select on_failure from leasehold.operations where tenant_id = $1', [id])).toEqual([
    { on_failure: 'rollback' },
  ]);
});

describe('a last day', () => {
  const round = (): Promise<string[]> =>
    api.app.nest.get(ExpiryService).round(systemContext('test', pino({ level: 'silent' })));
  const told = async (id: string): Promise<unknown[]> =>
    itemsOf(await api.admin.get(`/v1/tenants/${id}/events`))
      .filter(({ type }) => String(type).startsWith('tenant.expire'))
      .map(({ type, data }) => ({ type, data }))
      .reverse();
  const inDays = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString();

  test('is told of a week and a day before, once each; then the tenant is suspended, and not resumed before it is later', async () => {
    const id = await onboard('trial', { expiresAt: inDays(30) });
    await settle(id, 'active');
    expect(await round()).toEqual([]);
    const comesNear = (days: number) =>
      sql(`update leasehold.tenants set expires_at = now() + $2 * interval '1 day' where id = $1`, [
        id,
        days,
      ]);
    await comesNear(6);
    expect([await round(), await round()]).toEqual([['trial'], []]);
    await comesNear(0.5);
    expect([await round(), await round()]).toEqual([['trial'], []]);
    await comesNear(-0.01);
    expect([await round(), await round()]).toEqual([['trial'], []]);
    // An event shows once no earlier transaction can still add one before it.
    await expect
      .poll(() => told(id), { timeout: 20_000 })
      .toMatchObject([
        { type: 'tenant.expires_soon', data: { slug: 'trial', days: 7 } },
        { type: 'tenant.expires_soon', data: { slug: 'trial', days: 1 } },
        { type: 'tenant.expired', data: { slug: 'trial' } },
      ]);
    expect(itemsOf(await api.admin.get(`/v1/operations?tenantId=${id}`))[0]).toMatchObject({
      kind: 'tenant.suspend',
      state: 'queued',
    });
    await settle(id, 'suspended');
    expect(await api.admin.post(`/v1/tenants/${id}/resume`)).toMatchObject({
      status: 409,
      body: { code: 'tenant_expired' },
    });
    await patch(api.admin, id, { expiresAt: null });
    expect((await api.admin.post(`/v1/tenants/${id}/resume`)).status).toBe(202);
  });

  test('that is moved is told of again; one of a busy tenant waits', async () => {
    const id = await onboard('moved', { expiresAt: inDays(3) });
    await settle(id, 'active');
    expect(await round()).toEqual(['moved']);
    await patch(api.admin, id, { expiresAt: inDays(5) });
    expect(await round()).toEqual(['moved']);
    await api.admin.post(`/v1/tenants/${id}/reconcile`);
    await sql(`update leasehold.tenants set expires_at = now() where id = $1`, [id]);
    expect(await round()).toEqual([]);
    await settle(id, 'active');
    expect(await round()).toEqual(['moved']);
  });
});

test('a branding that bears the name of its tenant follows a new one; a name of its own stays', async () => {
  const id = await tenantIn('renamed', 'active');
  const shown = async () => (await api.admin.get(`/v1/tenants/${id}/branding`)).body['displayName'];
  expect(await patch(operator, id, { displayName: 'Second Name' })).toMatchObject({ status: 202 });
  expect(await shown()).toBe('Second Name');
  await settle(id, 'active');
  const own = { displayName: 'Brand' };
  const put = { body: JSON.stringify(own), headers: { ...any, 'content-type': 'application/json' } };
  expect(await api.admin.send('PUT', `/v1/tenants/${id}/branding`, put)).toMatchObject({ status: 200 });
  expect(await patch(operator, id, { displayName: 'Third Name' })).toMatchObject({ status: 202 });
  expect(await shown()).toBe('Brand');
});
