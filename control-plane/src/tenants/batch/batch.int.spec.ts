import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testDatabase, type TestDatabase } from '@leasehold/test-support';
import { startApi, type ApiUnderTest } from '../../testing/api-under-test.js';
import { execute, seedCatalog } from '../../testing/seeded-catalog.js';
import { itemsOf, type Answered } from '../../testing/test-caller.js';

let database: TestDatabase;
let api: ApiUnderTest;

beforeAll(async () => {
  database = await testDatabase();
  api = await startApi(database);
  await seedCatalog(api.admin, database.ownerUrl);
});
afterAll(async () => {
  await api.stop();
  await database.drop();
});

const header = 'slug,displayName,template,plan,hostnames,label.tier,param.maxBlockSize,contact.email';
const line = (n: number, tier = 'gold') =>
  `client-${n},"Client ${n}, Inc.",counter,standard,www.client-${n}.example,${tier},${n + 1},boss@client-${n}.example`;
const fifty = [header, ...Array.from({ length: 50 }, (_, n) => line(n))];

const send = (lines: readonly string[], query = ''): Promise<Answered> =>
  api.admin.postText(
    `/v1/tenants:batch${query}`,
    'text/csv; charset=utf-8',
    `\ufeff${lines.join('\r\n')}\r\n`,
  );

async function count(table: string): Promise<number> {
  const [row] = await execute(database.ownerUrl, `select count(*)::int as n from leasehold.${table}`);
  return (row as { n: number }).n;
}

/** As the workers leave them. */
async function settle(): Promise<void> {
  await execute(database.ownerUrl, `update leasehold.operations set state = 'succeeded', ended_at = now()`);
  await execute(
    database.ownerUrl,
    `update leasehold.tenants set state = 'active' where state = 'provisioning'`,
  );
}

describe('fifty clients in one CSV file', () => {
  test('as a dry run are accepted, and nothing is there afterwards', async () => {
    const { status, body } = await send(fifty, '?dryRun=true');
    expect(status).toBe(200);
    expect(body).toMatchObject({
      dryRun: true,
      counts: { accepted: 50, updated: 0, unchanged: 0, refused: 0 },
    });
    expect(await count('tenants')).toBe(0);
    expect(await count('operations')).toBe(0);
    expect(await count('audit_events where action = $$tenant.create$$')).toBe(0);
  });

  test('are accepted, each with its own operation', async () => {
    const answer = await send(fifty);
    expect(answer).toMatchObject({ status: 200, body: { counts: { accepted: 50, refused: 0 } } });
    const operations = itemsOf(answer).map(({ operationId }) => operationId);
    expect(new Set(operations).size).toBe(50);
    expect(itemsOf(answer)[0]).toMatchObject({ row: 2, slug: 'client-0', result: 'accepted' });
    const tenant = await api.admin.get('/v1/tenants/client-7');
    expect(tenant.body).toMatchObject({
      displayName: 'Client 7, Inc.',
      plan: 'standard',
      labels: { tier: 'gold' },
      parameters: { maxBlockSize: 8 },
      hostnames: ['client-7.localhost', 'www.client-7.example'],
    });
  });

  test('sent again change nothing', async () => {
    await settle();
    const before = await count('operations');
    const { body } = await send(fifty);
    expect(body).toMatchObject({ counts: { accepted: 0, updated: 0, unchanged: 50, refused: 0 } });
    expect(await count('operations')).toBe(before);
    expect(await count('tenants')).toBe(50);
  });

  test('with one changed row change that client alone', async () => {
    const before = await api.admin.get('/v1/tenants/client-8');
    const changed = fifty.map((text, row) => (row === 8 ? line(7, 'silver').replace(',8,', ',9,') : text));
    const dry = await send(changed, '?dryRun=true');
    expect(itemsOf(dry).filter(({ result }) => result === 'refused')).toEqual([]);
    expect(dry.body).toMatchObject({ counts: { updated: 1, unchanged: 49 } });
    const answer = await send(changed);
    expect(answer.body).toMatchObject({ counts: { accepted: 0, updated: 1, unchanged: 49, refused: 0 } });
    const [updated] = itemsOf(answer).filter(({ result }) => result === 'updated');
    expect(updated).toMatchObject({ slug: 'client-7', changes: ['parameters', 'labels'] });
    const operation = await api.admin.get(`/v1/operations/${String(updated?.['operationId'])}`);
    expect(operation.body).toMatchObject({ kind: 'tenant.update' });
    expect((await api.admin.get('/v1/tenants/client-7')).body).toMatchObject({
      labels: { tier: 'silver' },
      parameters: { maxBlockSize: 9 },
    });
    expect((await api.admin.get('/v1/tenants/client-8')).body).toEqual(before.body);
    await settle();
    expect((await send(changed)).body).toMatchObject({ counts: { unchanged: 50 } });
  });

  test('a row that wants another cell or template for a client is refused', async () => {
    await execute(
      database.ownerUrl,
      `insert into leasehold.templates (name, display_name) values ('other', 'Other')`,
    );
    const answer = await send(['slug,displayName,template', 'client-9,"Client 9, Inc.",other']);
    expect(itemsOf(answer)).toMatchObject([{ problem: { status: 422, code: 'field_is_fixed' } }]);
  });

  test('sent twice at the same time are taken in once', async () => {
    const more = [header, ...Array.from({ length: 10 }, (_, n) => line(n + 100))];
    const answers = await Promise.all([send(more), send(more)]);
    const accepted = answers
      .flatMap((answer) => itemsOf(answer))
      .filter(({ result }) => result === 'accepted');
    expect(accepted).toHaveLength(10);
    expect((await send(more)).body).toMatchObject({ counts: { unchanged: 10 } });
  });

  test('one bad row is refused by row and column, and keeps no other back', async () => {
    const answer = await send([
      header,
      line(200),
      line(201, 'not a label'),
      'client-202,,counter,,,,many,',
      line(203),
    ]);
    expect(answer.body).toMatchObject({ counts: { accepted: 2, refused: 2 } });
    expect(itemsOf(answer).slice(1, 3)).toMatchObject([
      {
        row: 3,
        result: 'refused',
        problem: {
          status: 400,
          code: 'invalid_row',
          errors: [{ pointer: '/labels/tier', column: 'label.tier' }],
        },
      },
      { row: 4, problem: { errors: [{ column: 'displayName', message: 'is required' }] } },
    ]);
    const typed = await send(['slug,displayName,template,param.maxBlockSize', 'client-204,C,counter,many']);
    expect(itemsOf(typed)).toMatchObject([
      { problem: { code: 'invalid_parameters', errors: [{ column: 'param.maxBlockSize' }] } },
    ]);
  });

  test('a row of the same slug as an earlier one is refused', async () => {
    const answer = await send([header, line(300), line(300)]);
    expect(itemsOf(answer)).toMatchObject([{ result: 'accepted' }, { problem: { code: 'repeated_row' } }]);
  });
});

describe('a batch from JSON', () => {
  test('says for each item what became of it', async () => {
    const answer = await api.admin.post('/v1/tenants:batch', {
      items: [
        { slug: 'json-1', displayName: 'J', template: 'counter' },
        { slug: 'www', displayName: 'J', template: 'counter' },
        { slug: 'json-2', displayName: 'J', template: 'nope' },
        { slug: 'Bad!' },
        { slug: 'json-3', displayName: 'J', template: 'counter', hostnames: ['www.client-7.example'] },
      ],
    });
    expect(itemsOf(answer)).toMatchObject([
      { row: 1, result: 'accepted' },
      { row: 2, result: 'refused', problem: { status: 422, code: 'slug_reserved' } },
      { row: 3, result: 'refused', problem: { status: 422, code: 'unknown_template' } },
      { row: 4, result: 'refused', problem: { status: 400, code: 'invalid_row' } },
      { row: 5, result: 'refused', problem: { status: 409, code: 'hostname_taken' } },
    ]);
  });

  test.each([
    ['no items', { items: [] }, 400],
    ['an unknown field', { items: [{}], colour: 'red' }, 400],
    ['too many items', { items: Array.from({ length: 1001 }, () => ({})) }, 400],
  ])('with %s is refused as a whole', async (_title, body, status) => {
    expect((await api.admin.post('/v1/tenants:batch', body)).status).toBe(status);
  });
});

describe('the route', () => {
  test('takes CSV where others do not, and no other text', async () => {
    expect((await api.admin.postText('/v1/tenants', 'text/csv', 'slug\na')).status).toBe(415);
    expect((await api.admin.postText('/v1/tenants:batch', 'text/plain', 'slug\na')).status).toBe(415);
  });

  test('says what is wrong with a file that is not sound', async () => {
    const latin1 = await fetch(new URL('/v1/tenants:batch', api.url), {
      method: 'POST',
      headers: { authorization: `Bearer ${String(api.admin.key)}`, 'content-type': 'text/csv' },
      body: Buffer.from('slug,displayName\nacme,S\xf6hne\n', 'latin1'),
    });
    expect(latin1.status).toBe(400);
    expect((await send(['slug,colour', 'a,b'])).body).toMatchObject({ code: 'invalid_csv' });
    expect((await send([header, ...Array.from({ length: 1001 }, (_, n) => line(n))])).status).toBe(400);
    expect((await send([header, `client,${'x'.repeat(1_100_000)}`])).status).toBe(413);
  });

  test('is only for those who may onboard, and belongs to its path alone', async () => {
    const key = await api.admin.post('/v1/api-keys', { name: 'eyes', role: 'viewer' });
    const viewer = api.as(String(key.body['key']));
    expect((await viewer.post('/v1/tenants:batch', { items: [{}] })).status).toBe(403);
    expect((await api.as(undefined).post('/v1/tenants:batch', {})).status).toBe(401);
    expect((await api.admin.post('/v1/tenants:other', {})).status).toBe(404);
    expect((await api.admin.get('/v1/tenants:batch')).status).toBe(405);
  });
});
