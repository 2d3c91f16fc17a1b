/**
 * The twin's issuer of service account tokens: the stand-in of a cluster's OIDC issuer. The private key is made at the
 * first use and stays in the data directory; the public half lies beside it for whoever has to check tokens.
 */
import { randomUUID } from 'node:crypto';
import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { calculateJwkThumbprint, exportJWK, generateKeyPair } from 'jose';
import { z } from 'zod';

const privateKeySchema = z.object({
  kty: z.literal('EC'),
  crv: z.literal('P-256'),
  x: z.string(),
  y: z.string(),
  d: z.string(),
  kid: z.string(),
  alg: z.literal('ES256'),
});

/** A private ES256 key as a JWK (RFC 7518, section 6.2). */
export type IssuerKey = z.infer<typeof privateKeySchema>;

export const issuerFiles = (dataDir: string): { key: string; jwks: string } => ({
  key: join(dataDir, 'twin', 'issuer.jwk'),
  jwks: join(dataDir, 'twin', 'jwks.json'),
});

/** Reads the issuer's key, or makes it. Processes that come first at the same time end up with the same one. */
export async function loadIssuerKey(dataDir: string): Promise<IssuerKey> {
  const files = issuerFiles(dataDir);
  const key = (await readKey(files.key)) ?? (await createKey(files.key));
  await publish(files.jwks, key);
  return key;
}

async function readKey(file: string): Promise<IssuerKey | undefined> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    if (isCode(error, 'ENOENT')) return undefined;
    throw error;
  });
  return text === undefined ? undefined : parseKey(text, file);
}

function parseKey(text: string, file: string): IssuerKey {
  try {
    return privateKeySchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new Error(`${file} does not hold an ES256 key. Remove it: a new one is made at the next start.`, {
      cause,
    });
  }
}

/** A hard link never replaces a file, so the first of several creators wins and the others read its key. */
async function createKey(file: string): Promise<IssuerKey> {
  const { privateKey } = await generateKeyPair('ES256', { extractable: true });
  const jwk = await exportJWK(privateKey);
  const key = privateKeySchema.parse({ ...jwk, alg: 'ES256', kid: await calculateJwkThumbprint(jwk) });
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  const draft = `${file}.${randomUUID()}`;
  await writeFile(draft, JSON.stringify(key), { mode: 0o600, flush: true });
  try {
    await link(draft, file);
    return key;
  } catch (error) {
    const existing = isCode(error, 'EEXIST') ? await readKey(file) : undefined;
    if (existing === undefined) throw error;
    return existing;
  } finally {
    await rm(draft, { force: true });
  }
}

async function publish(file: string, key: IssuerKey): Promise<void> {
  const text = JSON.stringify({ keys: [{ ...publicHalf(key), use: 'sig' }] });
  const current = await readFile(file, 'utf8').catch(() => undefined);
  if (current === text) return;
  const draft = `${file}.${randomUUID()}`;
  await writeFile(draft, text, { mode: 0o644, flush: true });
  await rename(draft, file);
}

/** What everybody may know of the key. */
export function publicHalf({ kty, crv, x, y, kid, alg }: IssuerKey): Omit<IssuerKey, 'd'> {
  return { kty, crv, x, y, kid, alg };
}

const isCode = (error: unknown, code: string): boolean =>
  error instanceof Error && 'code' in error && error.code === code;
