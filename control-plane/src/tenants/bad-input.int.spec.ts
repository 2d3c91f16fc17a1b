import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testDatabase, type TestDatabase } from '@leasehold/test-support';
import { startApi, type ApiUnderTest } from '../testing/api-under-test.js';
import { seedCatalog } from '../testing/seeded-catalog.js';
import { slugSentence } from './slug.js';
import { hostnameSentence } from './hostname.js';

let database: TestDatabase;
let api: ApiUnderTest;
let viewer: string;

beforeAll(async () => {
  database = await testDatabase();
  api = await startApi(database);
  await seedCatalog(api.admin, database.ownerUrl);
  await api.admin.post('/v1/tenants', { ...acme, hostnames: ['shop.acme.example'] });
  viewer = String((await api.admin.post('/v1/api-keys', { name: 'eyes', role: 'viewer' })).body['key']);
});
afterAll(async () => {
  await api.stop();
  await database.drop();
});

const acme = { slug: 'acme', displayName: 'Acme', template: 'counter' };
const fresh = { slug: 'globex', displayName: 'Globex', template: 'counter' };

describe('POST /v1/tenants answers bad input exactly', () => {
  const slug400 = {
    status: 400,
    code: 'invalid_body',
    errors: [{ pointer: '/slug', message: slugSentence }],
  };
  test.each<[string, unknown, { status: number; code: string; errors: unknown[] }]>([
    ['the slug "Acme!"', { ...fresh, slug: 'Acme!' }, slug400],
    ['an empty slug', { ...fresh, slug: '' }, slug400],
    ['a slug of 64 characters', { ...fresh, slug: 'a'.repeat(64) }, slug400],
    ['a slug of 41 characters', { ...fresh, slug: 'a'.repeat(41) }, slug400],
    ['a slug with a Cyrillic а', { ...fresh, slug: '\u0430cme' }, slug400],
    ['a slug with a fullwidth letter', { ...fresh, slug: 'ａcme' }, slug400],
    ['two hyphens in a row', { ...fresh, slug: 'a--b' }, slug400],
    ['a hyphen at the end', { ...fresh, slug: 'acme-' }, slug400],
    ['a slug that begins with a digit', { ...fresh, slug: '1acme' }, slug400],
    ['a line break behind the slug', { ...fresh, slug: 'acme\n' }, slug400],
    [
      'a slug that is a number',
      { ...fresh, slug: 7 },
      { status: 400, code: 'invalid_body', errors: [{ pointer: '/slug', message: 'must be a string' }] },
    ],
    [
      'no slug',
      { displayName: 'A', template: 'counter' },
      { status: 400, code: 'invalid_body', errors: [{ pointer: '/slug', message: 'is required' }] },
    ],
    ...['www', 'api', 'console', 'admin', 'mail'].map(
      (slug): [string, unknown, { status: number; code: string; errors: unknown[] }] => [
        `the reserved slug ${slug}`,
        { ...fresh, slug },
        {
          status: 422,
          code: 'slug_reserved',
          errors: [{ pointer: '/slug', message: `The slug "${slug}" is reserved; choose another one.` }],
        },
      ],
    ),
    [
      'a taken slug',
      { ...fresh, slug: 'acme' },
      {
        status: 409,
        code: 'slug_taken',
        errors: [{ pointer: '/slug', message: 'The slug "acme" is taken.' }],
      },
    ],
    [
      'a taken slug with an equal spec',
      { ...acme, hostnames: ['shop.acme.example'] },
      {
        status: 409,
        code: 'slug_taken',
        errors: [{ pointer: '/slug', message: 'The slug "acme" is taken.' }],
      },
    ],
    [
      'an unknown template',
      { ...fresh, template: 'nope' },
      {
        status: 422,
        code: 'unknown_template',
        errors: [
          { pointer: '/template', message: 'There is no template "nope"; GET /v1/templates lists them.' },
        ],
      },
    ],
    [
      'an unknown release',
      { ...fresh, release: '9.9.9' },
      {
        status: 422,
        code: 'unknown_release',
        errors: [{ pointer: '/release', message: 'The template "counter" has no release "9.9.9".' }],
      },
    ],
    [
      'an unknown plan',
      { ...fresh, plan: 'gold' },
      {
        status: 422,
        code: 'unknown_plan',
        errors: [{ pointer: '/plan', message: 'There is no plan "gold"; GET /v1/plans lists them.' }],
      },
    ],
    [
      'a plan that the release is not offered in',
      { ...fresh, plan: 'enterprise' },
      {
        status: 422,
        code: 'plan_not_offered',
        errors: [
          {
            pointer: '/plan',
            message: 'counter 1.0.0 is not offered in the plan "enterprise"; it is in free, standard.',
          },
        ],
      },
    ],
    [
      'an unknown cell',
      { ...fresh, cell: 'mars' },
      {
        status: 422,
        code: 'unknown_cell',
        errors: [{ pointer: '/cell', message: 'There is no cell mars; GET /v1/cells lists them.' }],
      },
    ],
    [
      'an unknown field',
      { ...fresh, colour: 'red' },
      {
        status: 400,
        code: 'invalid_body',
        errors: [{ pointer: '/colour', message: 'is not a known field' }],
      },
    ],
    [
      'an unknown field deep inside',
      { ...fresh, branding: { colors: { 'pri~m/ary': '#000000' } } },
      {
        status: 400,
        code: 'invalid_body',
        errors: [{ pointer: '/branding/colors/pri~0m~1ary', message: 'is not a known field' }],
      },
    ],
    [
      'two wrong fields',
      { ...fresh, slug: '', x: 1 },
      {
        status: 400,
        code: 'invalid_body',
        errors: [
          { pointer: '/slug', message: slugSentence },
          { pointer: '/x', message: 'is not a known field' },
        ],
      },
    ],
    [
      'the hostname of another client',
      { ...fresh, hostnames: ['shop.acme.example'] },
      {
        status: 409,
        code: 'hostname_taken',
        errors: [
          { pointer: '/hostnames/0', message: 'The hostname shop.acme.example belongs to another tenant.' },
        ],
      },
    ],
    [
      'the same in capitals and with the dot of the root',
      { ...fresh, hostnames: ['SHOP.Acme.example.'] },
      {
        status: 409,
        code: 'hostname_taken',
        errors: [
          { pointer: '/hostnames/0', message: 'The hostname shop.acme.example belongs to another tenant.' },
        ],
      },
    ],
    [
      'a hostname of the platform',
      { ...fresh, hostnames: ['acme.localhost'] },
      {
        status: 422,
        code: 'hostname_of_the_platform',
        errors: [{ pointer: '/hostnames/0', message: 'is below localhost, whose names follow from slugs' }],
      },
    ],
    [
      'a hostname with a port',
      { ...fresh, hostnames: ['a.example:80'] },
      { status: 400, code: 'invalid_body', errors: [{ pointer: '/hostnames/0', message: hostnameSentence }] },
    ],
    [
      'a wildcard',
      { ...fresh, hostnames: ['*.a.example'] },
      { status: 400, code: 'invalid_body', errors: [{ pointer: '/hostnames/0', message: hostnameSentence }] },
    ],
    [
      'an address instead of a hostname',
      { ...fresh, hostnames: ['10.0.0.1'] },
      { status: 400, code: 'invalid_body', errors: [{ pointer: '/hostnames/0', message: hostnameSentence }] },
    ],
    [
      'more hostnames than the plan allows',
      { ...fresh, hostnames: ['a.example', 'b.example'] },
      {
        status: 422,
        code: 'too_many_hostnames',
        errors: [
          { pointer: '/hostnames', message: 'The plan "free" allows 1 hostnames of the client\'s own.' },
        ],
      },
    ],
    [
      'a parameter that the template does not know',
      { ...fresh, parameters: { speed: 1 } },
      {
        status: 422,
        code: 'invalid_parameters',
        errors: [{ pointer: '/parameters/speed', message: 'is not a parameter of this template' }],
      },
    ],
    [
      'a colour that is none',
      { ...fresh, branding: { colors: { primary: 'red' } } },
      {
        status: 400,
        code: 'invalid_body',
        errors: [{ pointer: '/branding/colors/primary', message: 'must be a colour such as #1f6feb' }],
      },
    ],
    [
      'a name that turns text around',
      { ...fresh, displayName: 'A\u202eB' },
      {
        status: 400,
        code: 'invalid_body',
        errors: [
          {
            pointer: '/displayName',
            message: 'must be without invisible characters and such as turn the direction of text around',
          },
        ],
      },
    ],
    [
      'a label that is none',
      { ...fresh, labels: { 'Tier!': 'x' } },
      {
        status: 400,
        code: 'invalid_body',
        errors: [
          { pointer: '/labels/Tier!', message: expect.stringContaining('must be a label name') as unknown },
        ],
      },
    ],
    [
      'a list instead of an object',
      [],
      { status: 400, code: 'invalid_body', errors: [{ pointer: '', message: 'must be an object' }] },
    ],
  ])('%s', async (_title, body, expected) => {
    const answer = await api.admin.post('/v1/tenants', body);
    expect({ status: answer.status, code: answer.body['code'], errors: answer.body['errors'] }).toEqual(
      expected,
    );
    expectProblem(answer);
  });

  test('none of it made a tenant', async () => {
    const { body } = await api.admin.get('/v1/tenants');
    expect(body['items']).toMatchObject([{ slug: 'acme' }]);
  });
});

describe('a request that no route can read', () => {
  const json = { 'content-type': 'application/json' };
  test.each<
    [string, string, string, { headers?: Record<string, string>; body?: string }, number, string, string]
  >([
    [
      'broken JSON',
      'POST',
      '/v1/tenants',
      { headers: json, body: '{"slug": ' },
      400,
      'malformed_json',
      'The body is not valid JSON',
    ],
    [
      'an empty body',
      'POST',
      '/v1/tenants',
      { headers: json },
      400,
      'body_missing',
      'The request has no body; send a JSON object.',
    ],
    [
      'a wrong content type',
      'POST',
      '/v1/tenants',
      { headers: { 'content-type': 'text/plain' }, body: '{}' },
      415,
      'unsupported_media_type',
      'Send the body as Content-Type: application/json.',
    ],
    [
      'a form',
      'POST',
      '/v1/tenants',
      { headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: 'slug=a' },
      415,
      'unsupported_media_type',
      'Send the body as Content-Type: application/json.',
    ],
    [
      'a body of 10 MB',
      'POST',
      '/v1/tenants',
      { headers: json, body: JSON.stringify({ slug: 'a'.repeat(10_000_000) }) },
      413,
      'body_too_large',
      'The body is larger than 1 MiB.',
    ],
    [
      'a prototype in the body',
      'POST',
      '/v1/tenants',
      { headers: json, body: '{"__proto__": {"slug": "a"}}' },
      400,
      'malformed_json',
      'The body is not valid JSON',
    ],
    [
      'a NUL character',
      'POST',
      '/v1/tenants',
      { headers: json, body: '{"displayName": "a\\u0000b"}' },
      400,
      'malformed_json',
      'The body holds a text with the character NUL, which cannot be stored.',
    ],
    [
      'half a surrogate pair',
      'POST',
      '/v1/tenants',
      { headers: json, body: '{"displayName": "\\ud800"}' },
      400,
      'malformed_json',
      'The body holds a text with half a surrogate pair, which cannot be stored.',
    ],
    [
      'nesting without end',
      'POST',
      '/v1/tenants',
      { headers: json, body: `{"parameters": ${'['.repeat(5_000)}${']'.repeat(5_000)}}` },
      400,
      'malformed_json',
      'The body is nested deeper than 32 levels.',
    ],
    [
      'an unknown query parameter',
      'GET',
      '/v1/tenants?order=slug',
      {},
      400,
      'invalid_parameter',
      'The query is not valid: order is not a known field.',
    ],
    [
      'a query on a route without any',
      'POST',
      '/v1/tenants/acme/reconcile?now=1',
      {},
      400,
      'invalid_parameter',
      'This route takes no query parameters; it was given now.',
    ],
    [
      'a body on a route without any',
      'POST',
      '/v1/tenants/acme/reconcile',
      { headers: json, body: '{"force": true}' },
      400,
      'body_not_expected',
      'This route takes no body.',
    ],
    [
      'a limit of 0',
      'GET',
      '/v1/tenants?limit=0',
      {},
      400,
      'invalid_parameter',
      'The query is not valid: limit must be a whole number from 1 to 500.',
    ],
    [
      'a made-up cursor',
      'GET',
      '/v1/tenants?cursor=%27%27',
      {},
      400,
      'invalid_cursor',
      'The cursor is not one that this list gave.',
    ],
    [
      'a filter that is none',
      'GET',
      '/v1/tenants?filter=name~x',
      {},
      400,
      'invalid_filter',
      'The filter is not valid at character 5: must be one of != <= >= = < > :.',
    ],
    [
      'an unknown route',
      'GET',
      '/v1/nope',
      {},
      404,
      'route_not_found',
      'There is no route /v1/nope; /docs lists all of them.',
    ],
    [
      'an unknown tenant',
      'GET',
      '/v1/tenants/nope',
      {},
      404,
      'tenant_not_found',
      'There is no tenant "nope".',
    ],
    [
      'a tenant with an impossible name',
      'GET',
      '/v1/tenants/%27',
      {},
      404,
      'tenant_not_found',
      'There is no tenant',
    ],
    ['a path with a character that ends text', 'GET', '/v1/tenants/%00', {}, 400, 'malformed_url', 'NUL'],
    [
      'a path that is no URL',
      'GET',
      '/v1/tenants/%zz',
      {},
      400,
      'malformed_url',
      'The path of the request is not a valid URL.',
    ],
    [
      'a DELETE without If-Match',
      'DELETE',
      '/v1/tenants/acme',
      {},
      428,
      'if_match_required',
      'Send If-Match',
    ],
    [
      'a DELETE with a stale If-Match',
      'DELETE',
      '/v1/tenants/acme',
      { headers: { 'if-match': '"99"' } },
      412,
      'etag_mismatch',
      'It has changed since you read it: its ETag is now "1".',
    ],
    [
      'a weak If-Match',
      'DELETE',
      '/v1/tenants/acme',
      { headers: { 'if-match': 'W/"1"' } },
      412,
      'etag_mismatch',
      'It has changed since you read it',
    ],
    [
      'an Idempotency-Key with a space',
      'POST',
      '/v1/tenants',
      { headers: { ...json, 'idempotency-key': 'a b' }, body: JSON.stringify(fresh) },
      400,
      'invalid_idempotency_key',
      'An Idempotency-Key has 1 to 255',
    ],
  ])('%s', async (_title, method, path, init, status, code, sentence) => {
    const answer = await api.admin.send(method, path, init);
    expect({ status: answer.status, code: answer.body['code'] }).toEqual({ status, code });
    expect(answer.body['detail']).toEqual(expect.stringContaining(sentence));
    expectProblem(answer);
  });

  test('a body of 10 MB whose length is not announced', async () => {
    const chunk = new TextEncoder().encode(' '.repeat(100_000));
    let chunks = 0;
    const body = new ReadableStream({
      pull: (stream) => {
        if (chunks++ < 100) stream.enqueue(chunk);
        else stream.close();
      },
    });
    const headers = { authorization: `Bearer ${String(api.admin.key)}`, 'content-type': 'application/json' };
    const answer = await fetch(new URL('/v1/tenants', api.url), {
      method: 'POST',
      headers,
      body,
      duplex: 'half',
    });
    expect(answer.status).toBe(413);
    expect(await answer.json()).toMatchObject({ code: 'body_too_large' });
  });

  test('a method that the path does not have is 405 with those it has', async () => {
    const answer = await api.admin.send('PATCH', '/v1/plans', {});
    expect(answer.status).toBe(405);
    expect(answer.headers.get('allow')).toBe('GET, HEAD, POST');
    expectProblem(answer);
  });
});

describe('who may not', () => {
  test.each<[string, () => string | undefined, number, string, string]>([
    ['no key', () => undefined, 401, 'api_key_missing', 'Send an API key: Authorization: Bearer lh_….'],
    [
      'a wrong key',
      () => `lh_${'0'.repeat(52)}`,
      401,
      'api_key_invalid',
      'This API key is not known, has expired or was revoked.',
    ],
    [
      'no key at all but a text',
      () => 'hunter2',
      401,
      'api_key_invalid',
      'This API key is not known, has expired or was revoked.',
    ],
    [
      "a viewer's key",
      () => viewer,
      403,
      'role_not_allowed',
      'The role viewer may not do this; it takes admin or operator.',
    ],
  ])('%s', async (_title, key, status, code, sentence) => {
    const answer = await api.as(key()).post('/v1/tenants', fresh);
    expect({ status: answer.status, code: answer.body['code'], detail: answer.body['detail'] }).toEqual({
      status,
      code,
      detail: sentence,
    });
    expect(answer.headers.get('www-authenticate')).toBe(status === 401 ? 'Bearer realm="leasehold"' : null);
    expectProblem(answer);
  });

  test('who asks is settled before a byte of the body is read', async () => {
    const answer = await api
      .as(undefined)
      .send('POST', '/v1/tenants', { headers: { 'content-type': 'text/plain' }, body: '{' });
    expect(answer.status).toBe(401);
  });

  test('a revoked key ends at once', async () => {
    const { body } = await api.admin.post('/v1/api-keys', { name: 'short', role: 'viewer' });
    const caller = api.as(String(body['key']));
    expect((await caller.get('/v1/tenants')).status).toBe(200);
    expect((await api.admin.delete(`/v1/api-keys/${String(body['id'])}`)).status).toBe(204);
    expect((await caller.get('/v1/tenants')).status).toBe(401);
  });

  test('an expired key is no key', async () => {
    const { body } = await api.admin.post('/v1/api-keys', {
      name: 'old',
      role: 'viewer',
      expiresAt: '2020-01-01T00:00:00Z',
    });
    expect((await api.as(String(body['key'])).get('/v1/tenants')).status).toBe(401);
  });
});

function expectProblem(answer: {
  status: number;
  headers: Headers;
  body: Readonly<Record<string, unknown>>;
}): void {
  expect(answer.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
  expect(answer.body).toMatchObject({
    type: `urn:leasehold:problem:${String(answer.body['code'])}`,
    status: answer.status,
    requestId: answer.headers.get('x-request-id'),
  });
  expect(JSON.stringify(answer.body)).not.toMatch(/\bat .*\.(ts|js):\d+|node_modules|select |insert /);
}
