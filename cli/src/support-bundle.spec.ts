import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { run } from './program.js';

/** What is planted in every source, in the forms in which secrets are met. */
const canary = 'Canary7secret7value';
const planted = [
  `the key lh_${canary}`,
  `Authorization: Bearer ${canary}`,
  `cookie: session=${canary}`,
  `postgresql://owner:${canary}@db/leasehold`,
  `write to ${canary}@example.test`,
  `{"password":"${canary}","token":"${canary}"}`,
].join(' | ');

let server: Server;
let url: string;
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'leasehold-bundle-'));
  await mkdir(join(folder, 'logs'));
  for (const name of ['control-plane', 'twin'])
    await writeFile(
      join(folder, 'logs', `${name}.log`),
      `{"msg":${JSON.stringify(planted)}}\nlast line of ${name}\n`,
    );
  await writeFile(join(folder, 'admin.key'), `lh_${canary}\n`);
  server = createServer((request, response) => {
    if (request.url === '/metrics') return response.end(`# ${planted}\nup 1\n`);
    response.setHeader('content-type', 'application/json');
    const item = { id: 'x', error: { message: planted }, contact: { email: `${canary}@example.test` } };
    const conditions = [{ type: 'Ready', message: planted }];
    const parts = [{ name: 'database', ready: false, message: planted }];
    response.end(
      JSON.stringify({
        ready: true,
        parts,
        items: [{ ...item, conditions, parameters: { apiKey: canary } }],
        nextCursor: null,
      }),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  url = typeof address === 'object' && address !== null ? `http://127.0.0.1:${address.port}` : '';
});
afterEach(async () => {
  server.close();
  await rm(folder, { recursive: true });
});

async function bundle(
  file: string,
  ask?: (question: string) => Promise<string>,
  env: NodeJS.ProcessEnv = {},
) {
  let out = '';
  let err = '';
  const code = await run({
    args: ['support-bundle', '--output', file],
    env: {
      LEASEHOLD_URL: url,
      LEASEHOLD_API_KEY: `lh_${canary}`,
      LEASEHOLD_DATABASE_URL: `postgresql://owner:${canary}@db/leasehold`,
      LEASEHOLD_DATA_DIR: folder,
      LEASEHOLD_TOOLS_DIR: join(folder, 'tools'),
      LEASEHOLD_LOG_LEVEL: 'debug',
      OTEL_EXPORTER_OTLP_HEADERS: `x-key=${canary}`,
      ...env,
    },
    streams: { out: { write: (text) => (out += text) }, err: { write: (text) => (err += text) } },
    signal: new AbortController().signal,
    ask,
  });
  return { code, out, err };
}

const names = [
  'machine.json',
  'settings.json',
  'health.json',
  'operations.json',
  'tenants.json',
  'cells.json',
  'audit-events.json',
  'metrics.txt',
  'logs/control-plane.log',
  'logs/twin.log',
];

describe('a support bundle', () => {
  it('holds what helps, and none of the secrets that were planted in its sources', async () => {
    const file = join(folder, 'bundle.tar.gz');
    const { code, out, err } = await bundle(file);
    expect([code, err]).toEqual([0, '']);
    const text = gunzipSync(await readFile(file)).toString('latin1');
    for (const name of names) {
      expect(out).toContain(name);
      expect(text).toContain(`leasehold-support/${name}`);
    }
    for (const help of ['last line of twin', '"LEASEHOLD_LOG_LEVEL": "debug"', 'up 1', '"name": "disk"'])
      expect(text).toContain(help);
    expect(text).not.toContain(canary);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
  });

  it('is written only after a person saw what is in it and agreed', async () => {
    const file = join(folder, 'bundle.tar.gz');
    const refused = await bundle(file, () => Promise.resolve('n'));
    expect([refused.code, refused.err]).toEqual([2, 'Nothing was changed.\n']);
    expect(refused.out).toContain('logs/twin.log');
    await expect(stat(file)).rejects.toThrow('ENOENT');
  });

  it('replaces no file', async () => {
    const { code, err } = await bundle(join(folder, 'admin.key'));
    expect([code, err]).toEqual([2, expect.stringContaining('cannot be written')]);
  });

  it('is made when nothing answers, too', async () => {
    const file = join(folder, 'bundle.tar.gz');
    const { code } = await bundle(file, undefined, { LEASEHOLD_URL: 'http://127.0.0.1:1' });
    expect(code).toBe(0);
    expect(gunzipSync(await readFile(file)).toString('latin1')).toContain('Nothing answers at');
  });
});
