import { describe, expect, it } from 'vitest';
import { accessDocument } from './access-document.js';
import { issuerUrl, jwksUrl } from './issuer-names.js';
import { issuerBody, tokenBody } from './issuer.schema.js';

describe('an issuer that is named', () => {
  it.each([
    [{}, []],
    [{ kind: 'platform' }, []],
    [{ kind: 'oidc', issuer: 'https://login.example', audience: 'acme' }, []],
    [{ kind: 'oidc' }, ['issuer', 'audience']],
    [{ kind: 'platform', issuer: 'https://login.example' }, ['issuer']],
    [{ kind: 'oidc', issuer: 'https://login.example', audience: 'a b' }, ['audience']],
    [{ kind: 'saml' }, ['kind']],
  ])('%j is told what is wrong with: %j', (body, wrong) => {
    const { error } = issuerBody.safeParse(body);
    expect((error?.issues ?? []).map(({ path }) => path[0])).toEqual(wrong);
  });
});

describe('a token that is asked for', () => {
  it('is for a user for a quarter of an hour, if nothing else is said', () => {
    expect(tokenBody.parse({ subject: 'jo' })).toEqual({ subject: 'jo', roles: ['user'], minutes: 15 });
  });

  it.each([
    [{}, 'subject'],
    [{ subject: '' }, 'subject'],
    [{ subject: 'a b' }, 'subject'],
    [{ subject: 'jo\u0000' }, 'subject'],
    [{ subject: 'jo', roles: ['Admin'] }, 'roles'],
    [{ subject: 'jo', roles: ['user', 'user'] }, 'roles'],
    [{ subject: 'jo', minutes: 61 }, 'minutes'],
  ])('%j is refused for its %s', (body, field) => {
    expect(tokenBody.safeParse(body).error?.issues[0]?.path[0]).toBe(field);
  });
});

it.each([
  [{ LEASEHOLD_PORT: 8080, LEASEHOLD_ISSUER_URL: undefined }, 'http://localhost:8080/issuers/ten_1'],
  [
    { LEASEHOLD_PORT: 8080, LEASEHOLD_ISSUER_URL: 'https://api.example.com/' },
    'https://api.example.com/issuers/ten_1',
  ],
])('the issuer of a tenant is named after where others reach the API: %j', (settings, url) => {
  expect(issuerUrl(settings, 'ten_1')).toBe(url);
  expect(jwksUrl(url)).toBe(`${url}/jwks.json`);
});

it('pods read whose proofs count, and of a key its hash alone', () => {
  const facts = { revision: 3, issuer: 'https://i', audience: 'ten_1', rolesClaim: 'roles', keys: [] };
  const key = { id: 'cak_1', hash: 'ab', roles: ['user'] };
  const callerKeys = [
    { ...key, expiresAt: undefined },
    { ...key, expiresAt: new Date(0) },
  ];
  expect(accessDocument({ ...facts, callerKeys })).toEqual({
    ...facts,
    apiKeys: [key, { ...key, expiresAt: '1970-01-01T00:00:00.000Z' }],
  });
});
