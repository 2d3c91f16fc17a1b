import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { forkService, freePort } from '@leasehold/processes';
import { repository } from '@leasehold/product-harness';
import { ask, type ApiContender } from './contender.js';
import type { Ground } from './ground.js';

/** The control plane in the role `api`, as the product runs it: with keys, roles, row-level security, audit and log. */
export async function startLeasehold(ground: Ground): Promise<ApiContender> {
  const port = await freePort();
  const dataDir = join(ground.folder, 'data');
  const service = await forkService({
    entry: join(repository, 'control-plane/dist/main.js'),
    env: {
      ...process.env,
      NODE_ENV: 'production',
      LEASEHOLD_ROLE: 'api',
      LEASEHOLD_PORT: String(port),
      LEASEHOLD_DATA_DIR: dataDir,
      LEASEHOLD_LOG_LEVEL: 'error',
      LEASEHOLD_APP_DATABASE_URL: ground.appUrl,
      LEASEHOLD_PLATFORM_DATABASE_URL: ground.platformUrl,
      LEASEHOLD_TWIN_DATABASE_URL: ground.twinUrl,
      LEASEHOLD_CHARTS_DIR: join(repository, 'charts'),
    },
    // As the launcher and the image start it.
    execArgv: ['--max-semi-space-size=8', '--max-old-space-size=384'],
    readyTimeoutMs: 60_000,
    parseFacts: () => undefined,
    onLine: (line) => {
      console.error(line);
    },
  });
  const key = (await readFile(join(dataDir, 'admin.key'), 'utf8')).trim();
  const headers = { authorization: `Bearer ${key}` };
  const base = `http://127.0.0.1:${port}`;
  return {
    name: 'leasehold',
    pid: service.pid,
    request: (path, body) =>
      body === undefined
        ? ask(base + path, { headers })
        : ask(base + path, {
            method: 'POST',
            headers: { ...headers, 'content-type': 'application/json' },
            body: JSON.stringify(body),
          }),
    stop: async () => {
      await service.stop();
    },
  };
}
