import { generateKeyPairSync, sign } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { verifiedCertificate } from './certificate.js';

const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const keys = { keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'esk_1' }] };
const said = { kind: 'purge', slug: 'acme', rows: 7, prefix: null };

const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

function certificate(header: object = { alg: 'ES256', kid: 'esk_1', typ: 'erasure+jws' }): string {
  const signed = `${part(header)}.${part(said)}`;
  const signature = sign('sha256', Buffer.from(signed), { key: privateKey, dsaEncoding: 'ieee-p1363' });
  return `${signed}.${signature.toString('base64url')}`;
}

describe('a certificate of erasure', () => {
  it('says what a key of the platform has signed', () => {
    expect(verifiedCertificate(certificate(), keys)).toEqual(said);
  });

  it('is refused when a word of it was changed', () => {
    const [head, , signature] = certificate().split('.');
    const changed = [head, part({ ...said, rows: 0 }), signature].join('.');
    expect(() => verifiedCertificate(changed, keys)).toThrow('The signature is wrong');
  });

  it('is refused with another algorithm, of another installation, and when it is none', () => {
    expect(() =>
      verifiedCertificate(certificate({ alg: 'none', kid: 'esk_1', typ: 'erasure+jws' }), keys),
    ).toThrow('That is no certificate');
    expect(() => verifiedCertificate(certificate(), { keys: [] })).toThrow('another installation');
    expect(() => verifiedCertificate('erased, I promise', keys)).toThrow('That is no certificate');
  });
});
