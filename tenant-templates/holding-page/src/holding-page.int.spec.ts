import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createLogger, defaultBranding } from '@leasehold/tenant-kit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createHoldingServer } from './create-holding-server.js';
import { parseHoldingConfig } from './holding-config.js';

const tenant = `ten_${'0'.repeat(26)}`;
const asked: string[] = [];
const brandings = {
  of: (id: string) => {
    asked.push(id);
    return Promise.resolve({ ...defaultBranding('<b>Acme</b>'), revision: 3 });
  },
  picturesOf: () => {
    throw new Error('This test asks for no picture.');
  },
};
const server = createHoldingServer(
  brandings,
  createLogger('error', {}, () => undefined),
);
let origin = '';
beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.close();
});

const get = (path: string, headers: Record<string, string>, method = 'GET') =>
  fetch(`${origin}${path}`, { method, headers });

describe('the page of a suspended client', () => {
  test('has its branding, is no success, and is kept by nobody', async () => {
    const answer = await get('/', { 'leasehold-tenant': tenant });
    expect(answer.status).toBe(503);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'cache-control': 'no-store',
      'retry-after': '300',
      'branding-revision': '3',
      'x-content-type-options': 'nosniff',
    });
    expect(answer.headers.get('etag')).toBeNull();
    const page = await answer.text();
    expect(page).toContain('&lt;b&gt;Acme&lt;/b&gt;');
    expect(page).not.toContain('<b>Acme');
  });

  test('is shown to a browser on every path; a program gets a problem document', async () => {
    const deep = await get('/a/b?c', { 'leasehold-tenant': tenant, accept: 'text/html,*/*' });
    expect(deep.headers.get('content-type')).toMatch(/^text\/html/);
    for (const [path, method] of [
      ['/getCounter', 'GET'],
      ['/', 'POST'],
      ['/healthz/live', 'GET'],
    ] as const) {
      const answer = await get(path, { 'leasehold-tenant': tenant }, method);
      expect(answer.status).toBe(503);
      expect(await answer.json()).toMatchObject({ code: 'suspended', status: 503 });
    }
  });

  test('is nobody’s without the header that a route sets, and asks for no folder but a tenant’s', async () => {
    asked.length = 0;
    for (const header of ['', 'acme', '../ten_1', `${tenant}/..`])
      expect((await get('/', { 'leasehold-tenant': header })).status).toBe(503);
    expect((await get('/', {})).status).toBe(503);
    expect(asked).toEqual([]);
    expect((await get('/healthz/ready', {})).status).toBe(200);
  });
});

describe('the configuration of the page', () => {
  const env = {
    PORT: '8080',
    BRANDING_URL:
      'https://storage.googleapis.com/storage/v1/b/x/o/tenants%2FTENANT_ID%2Fcurrent.json?alt=media',
    BRANDING_TOKEN_FILE: '/token',
  };

  test('puts a tenant’s id where the URL has a place for it', () => {
    expect(parseHoldingConfig(env).brandingUrl(tenant)).toContain(`tenants%2F${tenant}%2Fcurrent`);
    expect(parseHoldingConfig(env).host).toBeUndefined();
  });

  test('listens on loopback alone where the object store is there', () => {
    const local = {
      ...env,
      BRANDING_URL: env.BRANDING_URL.replace('https://storage.googleapis.com', 'http://127.0.0.1:9000'),
    };
    expect(parseHoldingConfig(local).host).toBe('127.0.0.1');
  });

  test.each([
    ['no place for the tenant', { BRANDING_URL: 'https://storage.googleapis.com/x' }],
    ['no token', { BRANDING_TOKEN_FILE: '' }],
    ['no port', { PORT: 'http' }],
  ])('with %s is refused', (_name, change) => {
    expect(() => parseHoldingConfig({ ...env, ...change })).toThrow();
  });
});
