import { execFile } from 'node:child_process';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { run } from '../program.js';

let server: Server;
let url: string;
beforeEach(async () => {
  server = createServer((request, response) => {
    const slugs = request.url?.startsWith('/v1/tenants') === true ? ['acme', 'globex', 'ev il;$(rm)'] : [];
    const items = slugs.map((slug) => ({ slug }));
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ items, nextCursor: null }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  url = typeof address === 'object' && address !== null ? `http://127.0.0.1:${address.port}` : '';
});
afterEach(() => server.close());

async function offered(words: string[], env: NodeJS.ProcessEnv = {}) {
  let out = '';
  let err = '';
  const code = await run({
    args: ['complete', '--', ...words],
    env: { LEASEHOLD_URL: url, LEASEHOLD_API_KEY: 'lh_test', ...env },
    streams: { out: { write: (text) => (out += text) }, err: { write: (text) => (err += text) } },
    signal: new AbortController().signal,
  });
  expect([code, err]).toEqual([0, '']);
  return out.split('\n').slice(0, -1);
}

describe('what a shell offers', () => {
  it.each([
    [['ten'], ['tenants']],
    [
      ['tenants', 're'],
      ['resources', 'reject', 'resume', 'restore', 'reconcile'],
    ],
    [['tenants', 'delete', 'acme', '--p'], ['--purge']],
    [['operations', 'list', '--state', 'f'], ['failed']],
    [['comp'], ['completion']],
    [
      ['tenants', 'get', ''],
      ['acme', 'globex'],
    ],
    [['tenants', 'get', 'gl'], ['globex']],
    [['tenants', 'get', 'acme', ''], []],
    [['operations', 'list', '--tenant', 'a'], ['acme']],
    [['nonsense', ''], []],
  ])('after %j is %j', async (words, expected) => {
    expect((await offered(words)).sort()).toEqual([...expected].sort());
  });

  it('is nothing when the API does not answer, and no error', async () => {
    expect(await offered(['tenants', 'get', ''], { LEASEHOLD_URL: 'http://127.0.0.1:1' })).toEqual([]);
  });
});

describe('the script for bash', () => {
  it('asks the command and offers its answer', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'leasehold-completion-'));
    // Stands for the installed command: it shows what it was asked.
    await writeFile(join(folder, 'leasehold'), '#!/bin/sh\nfor word in "$@"; do echo "<$word>"; done\n');
    await chmod(join(folder, 'leasehold'), 0o755);
    const { completionScripts } = await import('./scripts.js');
    const script = `${completionScripts.bash}
      COMP_WORDS=(leasehold tenants get '') COMP_CWORD=3; _leasehold; printf '%s\\n' "\${COMPREPLY[@]}"`;
    const { stdout } = await promisify(execFile)('bash', ['-c', script], {
      env: { PATH: `${folder}:${process.env['PATH'] ?? ''}` },
    });
    expect(stdout.split('\n').slice(0, -1)).toEqual(['<complete>', '<-->', '<tenants>', '<get>', '<>']);
    await rm(folder, { recursive: true });
  });
});
