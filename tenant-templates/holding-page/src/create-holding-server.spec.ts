import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger } from '@leasehold/tenant-kit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BrandingCache } from './branding-cache.js';
import { createHoldingServer } from './create-holding-server.js';

const tenant = `ten_${'0'.repeat(26)}`;
const logo = `${'a'.repeat(64)}.svg`;
const published = {
  revision: 3,
  displayName: 'Acme',
  colors: { primary: '#123456', background: '#ffffff', text: '#000000' },
  logo,
};

let folder: string;
let store: Server;
let holding: Server;
let url: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lh-holding-'));
  await writeFile(join(folder, 'token'), 'secret');
  const objects = new Map([
    [`/${tenant}/current.json`, JSON.stringify(published)],
    [`/${tenant}/assets%2F${logo}`, '<svg/>'],
  ]);
  store = createServer(({ url: asked = '' }, answer) => {
    const object = objects.get(asked);
    answer.writeHead(object === undefined ? 404 : 200).end(object);
  });
  const base = await listening(store);
  const brandings = new BrandingCache(
    { brandingUrl: (id) => `${base}/${id}/current.json`, tokenFile: join(folder, 'token') },
    createLogger('error', {}),
  );
  holding = createHoldingServer(brandings, createLogger('error', {}));
  url = await listening(holding);
});
afterAll(async () => {
  holding.close();
  store.close();
  await rm(folder, { recursive: true });
});

async function listening(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port.');
  return `http://127.0.0.1:${address.port}`;
}

const get = (path: string, headers: Record<string, string> = { 'leasehold-tenant': tenant }) =>
  fetch(url + path, { headers });

describe('the page of a suspended client', () => {
  test('is 503 with its branding and its logo', async () => {
    const page = await get('/');
    expect(page.status).toBe(503);
    expect(await page.text()).toContain(`src="/branding/assets/${logo}"`);
    const picture = await get(`/branding/assets/${logo}`);
    expect([picture.status, await picture.text()]).toEqual([200, '<svg/>']);
    expect(picture.headers.get('content-security-policy')).toContain('sandbox');
  });

  test('shows no picture of another client, and none that is not there', async () => {
    const other = { 'leasehold-tenant': `ten_${'1'.repeat(26)}` };
    expect((await get(`/branding/assets/${logo}`, other)).status).toBe(404);
    expect((await get(`/branding/assets/${'b'.repeat(64)}.svg`)).status).toBe(404);
    expect((await get(`/branding/assets/${logo}`, {})).status).toBe(503);
  });
});
