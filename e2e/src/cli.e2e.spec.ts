import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { Product, repository } from '@leasehold/product-harness';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';

let product: Product;
beforeAll(async () => {
  product = await Product.create();
  await product.start();
});
afterAll(() => product.remove());

interface Ran {
  code: number;
  out: string;
  err: string;
}

/** The command as a person in the repository runs it. */
function leasehold(args: string[], env: Record<string, string> = {}): Promise<Ran> {
  const command = join(repository, 'node_modules/.bin/leasehold');
  return new Promise((resolve) => {
    const child = execFile(
      command,
      args,
      { cwd: repository, env: { PATH: process.env['PATH'], ...product.environment, ...env } },
      (_error, out, err) => resolve({ code: child.exitCode ?? -1, out, err }),
    );
  });
}

describe('somebody with the command alone', () => {
  test('onboards a client, sees each step and resource, and opens the page', async () => {
    const { code, out, err } = await leasehold([
      'tenants',
      'create',
      'globex',
      '--template',
      'counter',
      '--display-name',
      'Globex Corporation',
    ]);
    expect(err).toBe('');
    expect(code).toBe(0);
    for (const step of ['place', 'reserve', 'plan', 'apply', 'publish', 'verify', 'activate'])
      expect(out).toContain(`✓ ${step}`);
    expect(out).toContain('+ Namespace/t-globex');
    expect(out).toContain(`tenant.create succeeded: http://globex.localhost:${product.ports.edge}`);
    expect((await product.client('globex.localhost').get('/')).body).toContain('Globex Corporation');
  });

  test('changes the branding and sees it on the page when the command returns', async () => {
    const { code, out } = await leasehold(['branding', 'set', 'globex', '--primary', '#aa0000']);
    expect([code, out]).toEqual([0, expect.stringContaining('shown on the pages')]);
    await expect
      .poll(async () => (await product.client('globex.localhost').get('/')).body, { timeout: 20_000 })
      .toContain('#aa0000');
  });

  test('takes a resource away, loses the page, and brings both back with reconcile', async () => {
    const globex = product.client('globex.localhost');
    const service = ['--type', 'kubernetes:core/v1:Service', '--scope', 't-globex', '--name', 'app'];
    expect((await leasehold(['twin', 'remove', ...service])).code).toBe(0);
    await expect.poll(async () => (await globex.get('/')).status, { timeout: 20_000 }).toBe(503);
    const { code, out } = await leasehold(['tenants', 'reconcile', 'globex']);
    expect([code, out]).toEqual([0, expect.stringContaining('+ Service/app')]);
    expect((await globex.get('/')).status).toBe(200);
  });

  test('exports the rows of the client, and downloads them whole', async () => {
    await product.client('globex.localhost').next();
    const made = await leasehold(['exports', 'create', 'globex', '--json']);
    expect([made.code, made.err]).toEqual([0, '']);
    const listed: unknown = JSON.parse((await leasehold(['exports', 'list', 'globex', '--json'])).out);
    const [{ id, rows }] = z.tuple([z.object({ id: z.string(), rows: z.number() })]).parse(listed);
    expect(rows).toBe(1);
    const folder = await mkdtemp(join(tmpdir(), 'leasehold-export-'));
    try {
      const output = join(folder, 'globex.ndjson.gz');
      const { code, out } = await leasehold(['exports', 'download', 'globex', id, '--output', output]);
      expect([code, out]).toEqual([0, expect.stringContaining('1 rows')]);
      const [header, row] = gunzipSync(await readFile(output))
        .toString()
        .split('\n');
      expect(header).toContain('"format":"leasehold-rows/1"');
      expect(row).toContain('"table":"counters"');
      // A download that broke off goes on: the rest of the same bytes.
      const whole = await readFile(output);
      await writeFile(`${output}.part`, whole.subarray(0, 40));
      expect((await leasehold(['exports', 'download', 'globex', id, '--output', output])).code).toBe(0);
      expect(await readFile(output)).toEqual(whole);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  test('sees what the machine serves', async () => {
    for (const [what, text] of [
      ['inventory', 'kubernetes:apps/v1:Deployment'],
      ['records', 'globex.localhost.'],
      ['routes', 't-globex'],
      ['pods', 't-globex'],
    ] as const) {
      const { code, out } = await leasehold(['twin', what]);
      expect([code, out]).toEqual([0, expect.stringContaining(text)]);
    }
    const { code, out } = await leasehold(['doctor']);
    expect([code, out]).toEqual([0, expect.not.stringContaining('fail')]);
  });

  test('onboards clients from one file; the same file again changes nothing', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'leasehold-e2e-'));
    const file = join(folder, 'clients.csv');
    await writeFile(file, 'slug,displayName,template\ninitech,Initech,counter\numbrella,Umbrella,counter\n');
    const first = await leasehold(['tenants', 'create', '--file', file, '--watch']);
    expect([first.code, first.out]).toEqual([0, expect.stringContaining('✓ initech')]);
    expect((await product.client('umbrella.localhost').get('/')).body).toContain('Umbrella');
    const again = await leasehold(['tenants', 'create', '--file', file, '--json']);
    expect([again.code, JSON.parse(again.out)]).toMatchObject([0, { counts: { unchanged: 2, accepted: 0 } }]);
    const listed = await leasehold(['tenants', 'list', '--state', 'active', '--json']);
    expect(listed.out).toContain('"umbrella"');
    await rm(folder, { recursive: true });
  });

  test('packs a support bundle without the key', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'leasehold-e2e-'));
    const file = join(folder, 'bundle.tar.gz');
    const { code, err } = await leasehold(['support-bundle', '--output', file, '--yes']);
    expect([code, err]).toEqual([0, '']);
    const text = gunzipSync(await readFile(file)).toString('latin1');
    expect(text).toContain('leasehold-support/logs/control-plane.log');
    expect(text).not.toMatch(/lh_[\w-]{8}/);
    await rm(folder, { recursive: true });
  });

  test('purges the client, and nothing of it is left', async () => {
    expect((await leasehold(['tenants', 'delete', 'globex', '--purge', '--yes'])).code).toBe(0);
    expect((await leasehold(['tenants', 'get', 'globex'])).code).toBe(4);
    const left = await leasehold(['twin', 'inventory', '--scope', 't-globex', '--json']);
    expect(JSON.parse(left.out)).toEqual([]);
  });

  test('gets exit codes to build on', async () => {
    const onboard = (slug: string) =>
      leasehold(['tenants', 'create', slug, '--template', 'counter', '--no-watch']);
    expect((await onboard('www')).code).toBe(3);
    expect((await leasehold(['tenants', 'create', 'globex'])).code).toBe(2);
    expect((await leasehold(['tenants', 'list'], { LEASEHOLD_URL: 'http://127.0.0.1:1' })).code).toBe(5);
    expect((await leasehold(['tenants', 'list'], { LEASEHOLD_API_KEY: 'lh_wrong' })).code).toBe(3);
  });
});
