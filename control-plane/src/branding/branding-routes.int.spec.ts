import { deflateSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testDatabase, type TestDatabase } from '@leasehold/test-support';
import { startApi, type ApiUnderTest } from '../testing/api-under-test.js';
import { execute, seedCatalog } from '../testing/seeded-catalog.js';
import { itemsOf, type Answered, type TestCaller } from '../testing/test-caller.js';

let database: TestDatabase;
let api: ApiUnderTest;
/** Of the tenant `acme`, in its two roles, and of another tenant. */
let owner: TestCaller;
let viewer: TestCaller;
let stranger: TestCaller;

beforeAll(async () => {
  database = await testDatabase();
  api = await startApi(database);
  await seedCatalog(api.admin, database.ownerUrl);
  const keyOf = async (slug: string, role: string): Promise<TestCaller> => {
    const { body } = await api.admin.post('/v1/api-keys', { name: `${slug}-${role}`, role, tenantId: slug });
    return api.as(String(body['key']));
  };
  for (const slug of ['acme', 'mallory']) {
    await api.admin.post('/v1/tenants', { slug, displayName: slug, template: 'counter' });
  }
  await execute(database.ownerUrl, `update leasehold.tenants set state = 'active'`);
  const ids = await execute(database.ownerUrl, 'select id from leasehold.tenants order by slug');
  const [acme, mallory] = ids.map((row) => String(Object.values(row as object)[0]));
  owner = await keyOf(acme!, 'tenant-admin');
  viewer = await keyOf(acme!, 'tenant-viewer');
  stranger = await keyOf(mallory!, 'tenant-admin');
});
afterAll(async () => {
  await api.stop();
  await database.drop();
});

const branding = '/v1/tenants/acme/branding';
const draft = `${branding}/draft`;
const put = (body: unknown, path = branding): Promise<Answered> => owner.put(path, body, { 'if-match': '*' });
const upload = (file: string, type = 'image/svg+xml', slot = 'logo', who = owner): Promise<Answered> =>
  who.send('PUT', `${branding}/assets/${slot}`, { headers: { 'content-type': type }, body: file });
const svg = '<svg xmlns="http://www.w3.org/2000/svg" onload="x()"><rect width="9" height="9"/></svg>';

describe('a branding', () => {
  test('with everything in it comes back as it was given', async () => {
    const spec = {
      displayName: 'Acme Gmbh & Söhne',
      colors: { primary: '#0a7d4f', background: '#ffffff', text: '#102030', accent: '#0050a0' },
      font: 'humanist',
      cssVariables: { '--brand-radius': '12px', '--brand-shadow': '0 1px 4px #00000040' },
      tagline: 'Since 1907',
      supportUrl: 'mailto:help@example.test',
      legal: { imprint: 'https://example.test/imprint', privacy: 'https://example.test/privacy' },
      emailSender: { name: 'Acme Team', address: 'team@example.test' },
    };
    const answer = await put(spec);
    expect(answer).toMatchObject({ status: 200, body: spec });
    expect((await owner.get(branding)).body).toEqual(answer.body);
  });

  test.each([
    ['an unreadable text', { colors: { text: '#cccccc' } }, 422, '/colors/text'],
    ['an unreadable accent', { colors: { accent: '#ffff00' } }, 422, '/colors/accent'],
    [
      'a primary colour that cannot be told from the background',
      { colors: { primary: '#ffee00' } },
      422,
      '/colors/primary',
    ],
    ['a name that turns around', { displayName: 'Acme\u202egnp.exe' }, 400, '/displayName'],
    ['a name with an isolate', { displayName: 'Acme\u2066x\u2069' }, 400, '/displayName'],
    ['a name with a zero-width space', { displayName: 'Ac\u200bme' }, 400, '/displayName'],
    ['a name with a joiner', { displayName: 'Ac\u200dme' }, 400, '/displayName'],
    ['a name with a mark of byte order', { displayName: 'Acme\ufeffx' }, 400, '/displayName'],
    ['a name with a soft hyphen', { displayName: 'Ac\u00adme' }, 400, '/displayName'],
    ['a name of blank letters', { displayName: '\u3164\u3164' }, 400, '/displayName'],
    ['a name with unseen tags', { displayName: 'Acme\u{e0041}' }, 400, '/displayName'],
    ['a name with a letter of another script', { displayName: 'P\u0430ypal' }, 400, '/displayName'],
    ['a name with a heap of marks', { displayName: `A${'\u0301'.repeat(20)}` }, 400, '/displayName'],
    ['a name with a line break', { displayName: 'a\nb' }, 400, '/displayName'],
    ['no name at all', { displayName: '   ' }, 400, '/displayName'],
    ['a font of nowhere', { font: 'Comic Sans' }, 400, '/font'],
    ['a variable that is none', { cssVariables: { '--other': '1px' } }, 400, '/cssVariables/--other'],
    [
      'a variable that loads',
      { cssVariables: { '--brand-radius': 'url(http://x)' } },
      400,
      '/cssVariables/--brand-radius',
    ],
    ['a link that runs', { supportUrl: 'javascript:alert(1)' }, 400, '/supportUrl'],
    ['a link with credentials', { supportUrl: 'https://acme.test@attacker.test/' }, 400, '/supportUrl'],
    ['a legal link over http', { legal: { imprint: 'http://example.test' } }, 400, '/legal/imprint'],
    ['a legal link to data', { legal: { terms: 'data:text/html,x' } }, 400, '/legal/terms'],
    ['mail to many', { legal: { privacy: 'mailto:a@b.test,c@d.test?bcc=e@f.test' } }, 400, '/legal/privacy'],
    [
      'a sender with a header in its name',
      { emailSender: { name: 'A\r\nBcc', address: 'a@b.test' } },
      400,
      '/emailSender/name',
    ],
    [
      'a sender with an address in its name',
      { emailSender: { name: 'boss@bank.test', address: 'a@b.test' } },
      400,
      '/emailSender/name',
    ],
    [
      'a sender without an address',
      { emailSender: { name: 'A', address: 'nobody' } },
      400,
      '/emailSender/address',
    ],
    ['a logo that nobody has uploaded', { logo: `${'a'.repeat(64)}.svg` }, 422, '/logo'],
    ['a logo by its address', { logo: 'https://attacker.test/x.svg' }, 400, '/logo'],
  ])('with %s is refused by the name of the field', async (_, body, status, pointer) => {
    for (const path of [branding, draft]) {
      const answer = await put(body, path);
      expect({ status: answer.status, errors: itemsOf(answer, 'errors') }).toMatchObject({
        status,
        errors: [{ pointer }],
      });
    }
  });

  test('at an onboarding is judged in the same way', async () => {
    const fresh = { slug: 'fresh', displayName: 'Fresh', template: 'counter' };
    const answer = await api.admin.post('/v1/tenants', {
      ...fresh,
      branding: { colors: { text: '#eeeeee' } },
    });
    expect(answer.status).toBe(422);
    expect(itemsOf(answer, 'errors')).toMatchObject([{ pointer: '/branding/colors/text' }]);
  });
});

describe('a picture', () => {
  test('goes into the draft, clean, and is shown when the draft is published', async () => {
    const before = await owner.get(branding);
    const uploaded = await upload(svg);
    expect(uploaded).toMatchObject({ status: 200, body: { slot: 'logo', removed: ['attribute onload'] } });
    const { name } = uploaded.body;
    expect((await owner.get(branding)).body).toEqual(before.body);
    expect((await owner.get(draft)).body).toMatchObject({ saved: true, logo: name });
    expect((await owner.post(`${draft}/publish`)).body).toMatchObject({ logo: name });
    const served = await viewer.fetch('GET', `${branding}/assets/${String(name)}`, {});
    expect(await served.text()).toBe(
      '<svg xmlns="http://www.w3.org/2000/svg"><rect width="9" height="9"/></svg>',
    );
    expect(served.headers.get('content-type')).toBe('image/svg+xml');
    expect(served.headers.get('content-security-policy')).toContain('sandbox');
  });

  test.each([
    ['an SVG that is none', '<html/>', 'image/svg+xml', 422],
    [
      'an SVG with entities',
      '<!DOCTYPE svg [<!ENTITY a "b">]><svg xmlns="http://www.w3.org/2000/svg"/>',
      'image/svg+xml',
      422,
    ],
    ['a PNG that is an SVG', svg, 'image/png', 422],
    ['a GIF', 'GIF89a', 'image/gif', 415],
    ['JSON', '{}', 'application/json', 415],
    ['a page', '<html/>', 'text/html', 415],
    ['nothing', '', 'image/png', 400],
    ['more than a mebibyte', ' '.repeat(1024 * 1024 + 1), 'image/svg+xml', 413],
  ])('is not %s', async (_, file, type, status) => {
    expect((await upload(file, type)).status).toBe(status);
  });

  test('of another slot than there is, is not found', async () => {
    expect((await upload(svg, 'image/svg+xml', 'banner')).status).toBe(404);
  });

  test('that decompresses to gigabytes is refused', async () => {
    const bomb = deflateSync(Buffer.alloc(50_000_000)).toString('latin1');
    expect((await upload(bomb, 'image/png')).status).toBe(422);
  });
});

describe('a draft', () => {
  test('begins with what is live, and nobody loses a change of the other', async () => {
    const first = await owner.get(draft);
    expect(first.body).toMatchObject({
      saved: false,
      displayName: (await owner.get(branding)).body['displayName'],
    });
    const etag = { 'if-match': String(first.headers.get('etag')) };
    expect((await owner.put(draft, { displayName: 'Draft' }, etag)).status).toBe(200);
    expect((await owner.put(draft, { displayName: 'Lost' }, etag)).status).toBe(412);
    expect((await owner.put(draft, {})).status).toBe(428);
  });

  test('that was overtaken by a change is published by nobody who has not seen it', async () => {
    await put({ displayName: 'Old draft' }, draft);
    await put({ displayName: 'Changed meanwhile' });
    expect(await owner.post(`${draft}/publish`)).toMatchObject({
      status: 409,
      body: { code: 'draft_outdated' },
    });
    await put({ displayName: 'New draft' }, draft);
    expect(await owner.post(`${draft}/publish`)).toMatchObject({
      status: 200,
      body: { displayName: 'New draft' },
    });
    expect(await owner.post(`${draft}/publish`)).toMatchObject({ status: 409, body: { code: 'no_draft' } });
  });

  test('is shown by a link that is told once and kept nowhere', async () => {
    await put({ displayName: 'Preview' }, draft);
    const key = { 'idempotency-key': 'preview-1' };
    const made = await owner.post(`${draft}/preview`, { minutes: 5 }, key);
    expect(made.status).toBe(201);
    const token = new URL(String(made.body['url'])).searchParams.get('branding-preview') ?? '';
    expect(token).toMatch(/^[\w-]{43}$/);
    const again = await owner.post(`${draft}/preview`, { minutes: 5 }, key);
    expect(again.body).toEqual({ url: null, expiresAt: made.body['expiresAt'] });
    const kept = await execute(
      database.ownerUrl,
      `select p::text as row from leasehold.branding_previews p union all select e::text from leasehold.audit_events e
       union all select e::text from leasehold.events e union all select i::text from leasehold.idempotency_keys i`,
    );
    expect(JSON.stringify(kept)).not.toContain(token);
  });

  test('can be given up', async () => {
    await put({ displayName: 'Never' }, draft);
    expect((await owner.delete(draft, { 'if-match': '*' })).status).toBe(204);
    expect((await owner.get(draft)).body).toMatchObject({ saved: false });
    expect((await owner.post(`${draft}/preview`, {})).status).toBe(409);
  });
});

describe('the history', () => {
  test('has every revision with who made it, newest first, and leads back to one', async () => {
    await put({ displayName: 'One' });
    const { revision } = (await put({ displayName: 'Two' })).body;
    const page = await viewer.get(`${branding}/revisions?limit=2`);
    expect(itemsOf(page)).toMatchObject([
      { revision, displayName: 'Two', origin: 'changed' },
      { revision: Number(revision) - 1, displayName: 'One' },
    ]);
    const next = await viewer.get(`${branding}/revisions?limit=2&cursor=${String(page.body['nextCursor'])}`);
    expect(itemsOf(next)[0]).toMatchObject({ revision: Number(revision) - 2 });
    const changed = encodeURIComponent(`origin = changed AND revision < ${Number(revision)}`);
    const filtered = await viewer.get(`${branding}/revisions?filter=${changed}&orderBy=revision`);
    expect(itemsOf(filtered).every(({ origin }) => origin === 'changed')).toBe(true);
    expect(Object.keys(itemsOf(filtered)[0] ?? {})).not.toContain('key');
    const restored = await owner.post(`${branding}/revisions/${Number(revision) - 1}/restore`);
    expect(restored).toMatchObject({
      status: 200,
      body: { displayName: 'One', revision: Number(revision) + 1 },
    });
    expect(itemsOf(await viewer.get(`${branding}/revisions?limit=1`))[0]).toMatchObject({
      origin: 'restored',
      restoredFrom: Number(revision) - 1,
    });
  });

  test.each(['0', '99999', 'x', '1e3', '-1', '9'.repeat(30)])('has no revision %s', async (revision) => {
    expect((await owner.post(`${branding}/revisions/${revision}/restore`)).status).toBe(404);
  });
});

describe('who may', () => {
  const changes: [string, string, unknown][] = [
    ['PUT', branding, {}],
    ['PUT', draft, {}],
    ['DELETE', draft, undefined],
    ['POST', `${draft}/publish`, undefined],
    ['POST', `${draft}/preview`, {}],
    ['POST', `${branding}/revisions/1/restore`, undefined],
  ];
  const ask = (who: TestCaller, [method, path, body]: [string, string, unknown]): Promise<Answered> =>
    who.send(method, path, {
      headers: { 'if-match': '*', ...(body !== undefined && { 'content-type': 'application/json' }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });

  test.each(changes)('%s %s: not one who may only look, and nobody of another tenant', async (...change) => {
    expect((await ask(viewer, change)).status).toBe(403);
    expect((await ask(stranger, change)).status).toBe(404);
    expect((await ask(api.as(undefined), change)).status).toBe(401);
  });

  test('upload or look at pictures: its own tenant alone', async () => {
    const { name } = (await upload(svg)).body;
    expect((await upload(svg, 'image/svg+xml', 'logo', viewer)).status).toBe(403);
    expect((await upload(svg, 'image/svg+xml', 'logo', stranger)).status).toBe(404);
    expect((await stranger.get(`${branding}/assets/${String(name)}`)).status).toBe(404);
    expect((await stranger.get(`/v1/tenants/mallory/branding/assets/${String(name)}`)).status).toBe(404);
    const stolen = await stranger.put('/v1/tenants/mallory/branding', { logo: name }, { 'if-match': '*' });
    expect(stolen).toMatchObject({ status: 422, body: { code: 'unknown_asset' } });
  });
});
