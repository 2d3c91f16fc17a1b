import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, readdir, readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { findExecutable } from '@leasehold/processes';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { startArchiveServer, type ArchiveServer } from './archive-server.js';
import { platform } from './cache.js';
import { ensureDefinition } from './ensure-tool.js';
import type { ToolDefinition } from './tool.js';

const run = promisify(execFile);
const ensureFixture = fileURLToPath(new URL('../fixtures/ensure.mjs', import.meta.url));
const tinyModule = fileURLToPath(new URL('../fixtures/tiny-module', import.meta.url));

let server: ArchiveServer;
let toolsDir: string;
beforeEach(async () => {
  server = await startArchiveServer();
  toolsDir = join(server.folder, 'tools');
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await server.close();
});

const withSum = (tool: ToolDefinition, sha256: string): ToolDefinition => {
  const archive = tool.archives?.[platform];
  if (!archive) throw new Error('no archive');
  return { ...tool, archives: { [platform]: { ...archive, sha256 } } };
};
const partials = async (): Promise<string[]> =>
  (await readdir(join(toolsDir, 'tiny'))).filter((name) => name.startsWith('partial-'));

describe('a tool that nobody has yet', () => {
  it('is downloaded, checked, put in its place, and taken from there the next time without any network', async () => {
    const lines: string[] = [];
    const tool = await ensureDefinition(server.tool, { toolsDir, onProgress: (line) => lines.push(line) });
    expect(tool).toEqual({ path: join(toolsDir, 'tiny/1.0.0/tiny'), version: '1.0.0', source: 'archive' });
    expect((await run(tool.path)).stdout).toBe('v1.0.0\n');
    expect(lines).toEqual(['tiny 1.0.0 (a test): downloading, usually seconds']);
    const before = server.requests();
    expect((await ensureDefinition(server.tool, { toolsDir })).source).toBe('cache');
    expect(server.requests()).toBe(before);
    expect(await partials()).toEqual([]);
  });

  it('is downloaded once when several programs ask for it at once, and those that wait say for whom', async () => {
    const asks = Array.from({ length: 3 }, () =>
      run(process.execPath, [ensureFixture, toolsDir, JSON.stringify(server.tool)]),
    );
    const answers = (await Promise.all(asks)).map(
      ({ stdout }) => JSON.parse(stdout) as { source: string; lines: string[] },
    );
    expect(answers.map(({ source }) => source).sort()).toEqual(['archive', 'cache', 'cache']);
    expect(server.requests()).toBe(2); // one redirect, one archive
    for (const { source, lines } of answers) {
      if (source === 'cache' && lines.length > 0)
        expect(lines[0]).toMatch(/waiting, as process \d+ is already installing it/);
    }
  });

  it('is not installed from an archive with another checksum', async () => {
    const failing = ensureDefinition(withSum(server.tool, 'f'.repeat(64)), { toolsDir });
    await expect(failing).rejects.toThrow(/is not the pinned file \(SHA-256 [0-9a-f]{64}, expected f{64}\)/);
    expect(await readdir(join(toolsDir, 'tiny'))).toEqual(['lock']);
  });

  it('gives a sentence for each way that was tried when none works', async () => {
    const { tool } = server;
    await server.close();
    const failing = ensureDefinition(tool, { toolsDir });
    await expect(failing).rejects.toThrow(
      /^tiny 1\.0\.0 \(a test\) could not be had:\n {2}- PATH: .*\n {2}- Download: .* could not be fetched \(.*ECONNREFUSED.*\)\.\n {2}- Build: tiny has no Go module\.$/,
    );
  });

  it('does not hang on a download site that never answers', async () => {
    server.answerWith('silence');
    const direct = withUrl(server.tool, (url) => url.replace('/moved', '/tiny.tar.gz'));
    await expect(ensureDefinition(direct, { toolsDir })).rejects.toThrow('no answer within 5 s');
  });

  it('is installed after all when an earlier installation was killed half way', async () => {
    server.answerWith('half');
    const killed = spawn(process.execPath, [ensureFixture, toolsDir, JSON.stringify(server.tool)]);
    while (server.requests() < 2) await delay(20);
    killed.kill('SIGKILL');
    await once(killed, 'exit');
    expect(await partials()).toHaveLength(1);
    server.answerWith('archive');
    expect((await ensureDefinition(server.tool, { toolsDir })).source).toBe('archive');
    expect(await partials()).toEqual([]);
  });

  it('is built from its Go module when there is no archive, or the missing Go is named', async () => {
    const built: ToolDefinition = {
      ...server.tool,
      archives: {},
      module: { package: 'leasehold.dev/toolchain/tiny', dir: tinyModule, flags: [] },
    };
    const building = ensureDefinition(built, { toolsDir });
    if (await findExecutable('go')) expect((await building).source).toBe('build');
    else await expect(building).rejects.toThrow('Build: there is no Go on PATH; Go 1.26 or newer is needed');
  });
});

describe('a tool in the cache', () => {
  it('is not trusted when its file is shorter than it was', async () => {
    const { path } = await ensureDefinition(server.tool, { toolsDir });
    await truncate(path, 3);
    expect((await ensureDefinition(server.tool, { toolsDir })).source).toBe('archive');
    expect(await readFile(path, 'utf8')).toContain('v1.0.0');
  });
});

describe('a tool on PATH', () => {
  const tool = (): ToolDefinition => ({
    ...server.tool,
    versionCommand: { executable: 'tiny', args: ['version'], pattern: /v(\S+)/ },
  });
  const putOnPath = async (version: string): Promise<void> => {
    const bin = join(server.folder, `bin-${version}`);
    await mkdir(bin);
    await writeFile(join(bin, 'tiny'), `#!/bin/sh\necho v${version}\n`);
    await chmod(join(bin, 'tiny'), 0o755);
    vi.stubEnv('PATH', `${bin}:${process.env['PATH'] ?? ''}`);
  };

  it('is used when it is exactly the pinned version', async () => {
    await putOnPath('1.0.0');
    expect((await ensureDefinition(tool(), { toolsDir })).source).toBe('path');
  });

  it('is left alone when it is another version', async () => {
    await putOnPath('1.0.1');
    expect((await ensureDefinition(tool(), { toolsDir })).source).toBe('archive');
  });
});

function withUrl(tool: ToolDefinition, change: (url: string) => string): ToolDefinition {
  const archive = tool.archives?.[platform];
  if (!archive) throw new Error('no archive');
  return { ...tool, archives: { [platform]: { ...archive, url: change(archive.url) } } };
}
