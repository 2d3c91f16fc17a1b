import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLocalJWKSet, jwtVerify } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LocalKeyEnvelope } from '../pulumi-service/secrets/local-key-envelope.js';
import { IssuerKeys } from './issuer-keys.js';

const claims = {
  issuer: 'https://i',
  audience: 'ten_1',
  subject: 'jo',
  roles: ['user'],
  expiresAt: new Date(Date.now() + 60_000),
  more: { email: 'jo@acme.example' },
};

let folder: string;
let keys: IssuerKeys;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lh-issuer-'));
  keys = new IssuerKeys(await LocalKeyEnvelope.open(join(folder, 'issuers.key')));
});
afterAll(() => rm(folder, { recursive: true }));

const made = async (tenantId: string) => ({
  ...(await keys.make(tenantId)),
  signsFrom: new Date(),
  retiresAt: undefined,
});

describe('a signing key', () => {
  it('signs what its public part verifies', async () => {
    const key = await made('ten_1');
    const token = await keys.sign('ten_1', key, claims);
    const verifier = createLocalJWKSet({ keys: [key.publicJwk] });
    const { payload } = await jwtVerify(token, verifier, { issuer: 'https://i', audience: 'ten_1' });
    expect(payload).toMatchObject({ sub: 'jo', roles: ['user'], email: 'jo@acme.example' });
  });

  it('is not readable where it is kept, and its public part holds nothing private', async () => {
    const { sealed, publicJwk } = await made('ten_1');
    expect(sealed.sealed.toString('latin1')).not.toContain('PRIVATE KEY');
    expect(publicJwk).not.toHaveProperty('d');
  });

  it('signs for no other tenant, whose row it was put into, and not under another id', async () => {
    const key = await made('ten_1');
    await expect(keys.sign('ten_2', key, claims)).rejects.toThrow();
    const other = await made('ten_1');
    await expect(keys.sign('ten_1', { ...key, id: other.id }, claims)).rejects.toThrow();
  });
});
