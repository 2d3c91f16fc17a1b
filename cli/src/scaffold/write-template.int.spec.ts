import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { run } from '../program.js';

const repository = fileURLToPath(new URL('../../..', import.meta.url));
let root: string;
let into: string;

/** A place that looks like the repository to a template: its packages and its kit, by links. */
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'scaffold-'));
  into = join(root, 'tenant-templates');
  await mkdir(into);
  for (const shared of ['node_modules', 'packages', 'tsconfig.base.json', 'tenant-templates/kit'])
    await symlink(join(repository, shared), join(root, shared));
});
afterAll(() => rm(root, { recursive: true }));

async function leasehold(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  let out = '';
  let err = '';
  const code = await run({
    args,
    env: {},
    streams: { out: { write: (text) => (out += text) }, err: { write: (text) => (err += text) } },
    signal: new AbortController().signal,
  });
  return { code, out, err };
}

const node = (...args: string[]) =>
  promisify(execFile)(process.execPath, args, { cwd: join(into, 'guest-book') });

describe('leasehold templates new', () => {
  it(
    'writes a folder that compiles, builds, and passes leasehold templates test',
    { timeout: 240_000 },
    async () => {
      const written = await leasehold('templates', 'new', 'guest-book', '--into', into);
      expect(written).toMatchObject({
        code: 0,
        out: expect.stringContaining('"table": "guest_book"') as string,
      });
      await node(join(repository, 'node_modules/typescript/bin/tsc'), '-p', '.', '--noEmit');
      await node('build-image.mjs');
      const { code, out, err } = await leasehold('templates', 'test', join(into, 'guest-book'));
      expect({ code, out, err }).toMatchObject({ code: 0, err: '' });
      expect(
        out
          .trim()
          .split('\n')
          .map((line) => line.slice(0, 2)),
      ).toEqual(Array(11).fill('ok'));
    },
  );

  it('changes nothing that is there, and refuses a name that no template may have', async () => {
    await mkdir(join(into, 'taken'));
    expect(await leasehold('templates', 'new', 'taken', '--into', into)).toMatchObject({
      code: 2,
      err: expect.stringContaining('exists') as string,
    });
    expect(await leasehold('templates', 'new', 'Guest Book', '--into', into)).toMatchObject({ code: 2 });
  });

  it('pins the same base images as the templates that are there', async () => {
    const pins = async (file: string): Promise<string[]> =>
      [...(await readFile(join(repository, file), 'utf8')).matchAll(/@sha256:[0-9a-f]{64}/g)].map(
        ([pin]) => pin,
      );
    expect(await pins('cli/scaffold/Dockerfile.tpl')).toEqual(
      await pins('tenant-templates/counter/Dockerfile'),
    );
  });

  it('says which checks there are to somebody who asks for another', async () => {
    expect(await leasehold('templates', 'test', into, '--only', 'beauty')).toMatchObject({
      code: 2,
      err: expect.stringContaining('There is no check beauty; there are starts,') as string,
    });
  });

  it('says what a folder without a template lacks', async () => {
    expect(await leasehold('templates', 'test', root)).toMatchObject({
      code: 2,
      err: expect.stringContaining('has no template.json') as string,
    });
  });
});
