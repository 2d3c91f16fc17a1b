import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { platform, sha256Of } from './cache.js';
import type { ToolDefinition } from './tool.js';

const run = promisify(execFile);

/** A stand-in for a vendor's download site, for tests: one archive with a shell script in it. */
export interface ArchiveServer {
  readonly folder: string;
  /** The definition of the tool that the archive holds; it has no Go module. */
  readonly tool: ToolDefinition;
  readonly requests: () => number;
  /** Changes how the next requests are answered: by half of the archive and then silence, or by silence alone. */
  answerWith(behaviour: 'archive' | 'half' | 'silence'): void;
  close(): Promise<void>;
}

export async function startArchiveServer(): Promise<ArchiveServer> {
  const folder = await mkdtemp(join(tmpdir(), 'lh-tool-'));
  const archive = await makeArchive(folder);
  const content = await readFile(archive);
  let requests = 0;
  let behaviour: 'archive' | 'half' | 'silence' = 'archive';
  const server = createServer((request, response) => {
    requests += 1;
    if (request.url?.startsWith('/moved')) response.writeHead(302, { location: '/tiny.tar.gz' }).end();
    else if (behaviour !== 'silence') answer(response, content, behaviour);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  return {
    folder,
    tool: {
      name: 'tiny',
      version: '1.0.0',
      purpose: 'a test',
      usualBuild: 'no time',
      archives: {
        [platform]: {
          url: `http://127.0.0.1:${port}/moved`,
          sha256: await sha256Of(archive),
          member: 'bin/tiny',
        },
      },
    },
    requests: () => requests,
    answerWith: (next) => {
      behaviour = next;
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function answer(response: ServerResponse, content: Buffer, behaviour: 'archive' | 'half'): void {
  response.writeHead(200, { 'content-length': content.length });
  if (behaviour === 'archive') response.end(content);
  else response.write(content.subarray(0, content.length / 2));
}

async function makeArchive(folder: string): Promise<string> {
  const script = join(folder, 'bin', 'tiny');
  await mkdir(join(folder, 'bin'));
  await writeFile(script, '#!/bin/sh\necho v1.0.0\n');
  await chmod(script, 0o755);
  await run('tar', ['-czf', 'tiny.tar.gz', 'bin/tiny'], { cwd: folder });
  return join(folder, 'tiny.tar.gz');
}
