import { createPublicKey, verify, type JsonWebKey } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { unwrap } from '@leasehold/api-client';
import type { Command } from 'commander';
import { z } from 'zod';
import { api, type Context } from '../context.js';
import { renderFacts } from '../output/facts.js';
import type { Act } from './act.js';

/** The file is no certificate, or not what a key of the platform has signed. */
export class BadCertificateError extends Error {
  override readonly name = 'BadCertificateError';
}

const header = z.object({ alg: z.literal('ES256'), kid: z.string(), typ: z.literal('erasure+jws') });
const jwks = z.object({ keys: z.array(z.looseObject({ kid: z.string() })) });
const document = z.record(z.string(), z.union([z.string(), z.number(), z.null()]));

/** `leasehold certificate ...` */
export function certificateCommands(program: Command, act: Act): void {
  const certificate = program.command('certificate').description('signed certificates of erasure');

  certificate
    .command('get <tenant>')
    .description(
      'print the newest certificate of what was erased of a tenant; a purged one is asked for by its id',
    )
    .action(act((context, tenant: string) => get(context, tenant)));

  certificate
    .command('verify <file>')
    .description('check the signature of a certificate and show what it says')
    .option('--keys <file>', "the platform's keys as a JWKS document; asked of the API when left out")
    .action(act((context, file: string, options: VerifyOptions) => verifyFile(context, file, options)));
}

interface VerifyOptions {
  keys?: string;
}

async function get(context: Context, id: string): Promise<void> {
  const found = await unwrap(
    (await api(context)).GET('/v1/tenants/{id}/erasure-certificate', { params: { path: { id } } }),
  );
  context.printer.result(found, found.jws);
}

async function verifyFile(context: Context, file: string, options: VerifyOptions): Promise<void> {
  const known =
    options.keys === undefined
      ? await unwrap((await api(context)).GET('/erasure/jwks.json'))
      : jwks.parse(JSON.parse(await readFile(options.keys, 'utf8')));
  const found = verifiedCertificate(jwsIn(await readFile(file, 'utf8')), known);
  const lines = Object.entries(found).map(([name, value]): [string, string] => [name, String(value)]);
  context.printer.result(found, `The signature is right.\n${renderFacts(lines)}`);
}

/** What a certificate says. @throws BadCertificateError unless one of the keys has signed it */
export function verifiedCertificate(jws: string, known: unknown): z.output<typeof document> {
  const [head = '', body = '', signature = '', ...more] = jws.split('.');
  const parsed = header.safeParse(jsonIn(head));
  if (!parsed.success || more.length > 0)
    throw new BadCertificateError(
      'That is no certificate of erasure: it must be a compact JWS, signed with ES256.',
    );
  const key = jwks.parse(known).keys.find(({ kid }) => kid === parsed.data.kid);
  if (!key)
    throw new BadCertificateError(
      `No key ${parsed.data.kid} is known; the certificate is of another installation.`,
    );
  const jwk: JsonWebKey = key;
  const isRight = verify(
    'sha256',
    Buffer.from(`${head}.${body}`),
    // RFC 7518, section 3.4: the two numbers one behind the other.
    { key: createPublicKey({ key: jwk, format: 'jwk' }), dsaEncoding: 'ieee-p1363' },
    Buffer.from(signature, 'base64url'),
  );
  if (!isRight)
    throw new BadCertificateError('The signature is wrong: the certificate was changed after it was signed.');
  return document.parse(jsonIn(body));
}

/** The file is what `certificate get` prints, as text or as JSON. */
function jwsIn(text: string): string {
  const trimmed = text.trim();
  return trimmed.startsWith('{') ? z.object({ jws: z.string() }).parse(JSON.parse(trimmed)).jws : trimmed;
}

function jsonIn(part: string): unknown {
  try {
    return JSON.parse(Buffer.from(part, 'base64url').toString());
  } catch {
    return undefined;
  }
}
