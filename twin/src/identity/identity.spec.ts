import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLocalJWKSet, jwtVerify } from 'jose';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { issuerFiles, loadIssuerKey } from './issuer-key.js';
import { issuer, TokenIssuer, TokenVerifier } from './service-account-token.js';

let dataDir: string;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'lh-identity-'));
});
afterEach(() => rm(dataDir, { recursive: true, force: true }));

const jwksSchema = z.object({
  keys: z.array(
    z.object({
      kty: z.string(),
      crv: z.string(),
      x: z.string(),
      y: z.string(),
      kid: z.string(),
      alg: z.string(),
    }),
  ),
});
const account = { namespace: 't-acme', serviceAccount: 'app' };

describe("The issuer's key", () => {
  it('is made once, for its owner alone, even when many ask first', async () => {
    const keys = await Promise.all(Array.from({ length: 8 }, () => loadIssuerKey(dataDir)));
    expect(new Set(keys.map(({ d }) => d)).size).toBe(1);
    expect(await loadIssuerKey(dataDir)).toEqual(keys[0]);
    const files = issuerFiles(dataDir);
    expect((await stat(files.key)).mode & 0o777).toBe(0o600);
    expect(await readFile(files.jwks, 'utf8')).not.toContain(keys[0]?.d);
  });

  it('that cannot be read is a sentence about what to do', async () => {
    await loadIssuerKey(dataDir);
    await writeFile(issuerFiles(dataDir).key, '{');
    await expect(loadIssuerKey(dataDir)).rejects.toThrow('Remove it: a new one is made at the next start.');
  });
});

describe('A token', () => {
  it('is checked by the published keys and says whose it is and of which pod', async () => {
    const tokens = await TokenIssuer.of(await loadIssuerKey(dataDir));
    const token = await tokens.issue({ ...account, audience: 'data-gateway', pod: { name: 'p', uid: 'u' } });
    const jwks = createLocalJWKSet(
      jwksSchema.parse(JSON.parse(await readFile(issuerFiles(dataDir).jwks, 'utf8'))),
    );
    const { payload, protectedHeader } = await jwtVerify(token, jwks, { issuer, audience: 'data-gateway' });
    expect(protectedHeader.alg).toBe('ES256');
    expect(payload).toMatchObject({
      sub: 'system:serviceaccount:t-acme:app',
      'kubernetes.io': { namespace: 't-acme', pod: { name: 'p', uid: 'u' }, serviceaccount: { name: 'app' } },
    });
    expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(3_600);
  });

  it('is refused when it has expired, is for another audience, is forged, or is changed', async () => {
    const key = await loadIssuerKey(dataDir);
    const tokens = await TokenIssuer.of(key);
    const verifier = await TokenVerifier.of(key, 'storage');
    const good = await tokens.issue({ ...account, audience: 'storage' });
    expect(await verifier.verify(good)).toEqual(account);
    expect(
      await verifier.verify(await tokens.issue({ ...account, audience: 'storage', lifetimeSeconds: -1 })),
    ).toBeUndefined();
    expect(
      await verifier.verify(await tokens.issue({ ...account, audience: 'data-gateway' })),
    ).toBeUndefined();
    const otherDir = join(dataDir, 'other');
    const forger = await TokenIssuer.of(await loadIssuerKey(otherDir));
    expect(await verifier.verify(await forger.issue({ ...account, audience: 'storage' }))).toBeUndefined();
    const [head, body, signature] = good.split('.');
    const none = Buffer.from('{"alg":"none"}').toString('base64url');
    expect(await verifier.verify(`${none}.${body ?? ''}.`)).toBeUndefined();
    const changed = Buffer.from(JSON.stringify({ sub: 'system:serviceaccount:t-other:app' })).toString(
      'base64url',
    );
    expect(await verifier.verify(`${head ?? ''}.${changed}.${signature ?? ''}`)).toBeUndefined();
  });
});
