import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { redact } from './redact.js';

const canary = 'Canary7secret7value';

describe('what leaves the machine', () => {
  it.each([
    `lh_${canary}`,
    `key lh_${canary}.`,
    `whsec_${canary}+/abc=`,
    `pul-${canary}`,
    `Authorization: Bearer ${canary}`,
    `authorization: Basic ${canary}==`,
    `{"authorization":"Bearer ${canary}"}`,
    `{"headers":{"Cookie":"session=${canary}; theme=dark"}}`,
    `{"headers":{"set-cookie":["a=${canary}","b=${canary}"]}}`,
    `Set-Cookie: session=${canary}; Path=/`,
    `Cookie: a=b; session=${canary}`,
    `{"password":"${canary}"}`,
    `{"dbPassword": "x\\"y ${canary}"}`,
    `{"msg":"{\\"apiKey\\":\\"${canary}\\"}"}`,
    `{\\\\\\"token\\\\\\":\\\\\\"${canary}\\\\\\"}`,
    `password=${canary}`,
    `--token=${canary}`,
    `PULUMI_CONFIG_PASSPHRASE=${canary}`,
    `clientSecret: ${canary}`,
    `secret='${canary} with spaces'`,
    `https://example.test/?access_token=${canary}&x=1`,
    `postgresql://owner:${canary}@db.example.test:5432/leasehold`,
    `eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJ4In0.${canary}`,
    `mail to ${canary}@example.test now`,
    `mailto:${canary}%40example.test`,
    `-----BEGIN PRIVATE KEY-----\n${canary}\n-----END PRIVATE KEY-----`,
    `-----BEGIN EC PRIVATE KEY-----\n${canary} (cut off`,
  ])('holds no secret of %j', (text) => {
    expect(redact(text)).not.toContain(canary);
  });

  it('keeps what helps to find a fault', () => {
    for (const text of [
      '{"level":"error","operationId":"op_1","msg":"The cell is full.","step":"apply"}',
      'urn:pulumi:acme::tenant::kubernetes:core/v1:Service::app',
      'http_requests_total{route="/v1/tenants/:id",status="2xx"} 7',
      'GET http://acme.localhost:8081/ answered 503',
    ])
      expect(redact(text)).toBe(text);
  });

  it('finds a key wherever it stands', () => {
    const key = fc.stringMatching(/^[A-Za-z0-9_-]{8,40}$/);
    fc.assert(
      fc.property(fc.string(), key, fc.string(), (before, secret, after) => {
        expect(redact(`${before} lh_${secret} ${after}`)).not.toContain(`lh_${secret}`);
      }),
    );
  });
});
