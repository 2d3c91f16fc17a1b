import { fileURLToPath } from 'node:url';
import { forkService } from '@leasehold/processes';
import { z } from 'zod';
import { ask, type ApiContender } from './contender.js';
import type { Ground } from './ground.js';

const facts = z.looseObject({ port: z.int() });

/** What one writes first with NestJS and TypeORM: entities, relations, pages by offset; no keys, no audit, no row-level security. */
export async function startPlain(ground: Ground): Promise<ApiContender> {
  const service = await forkService({
    entry: fileURLToPath(new URL('./plain-api.main.js', import.meta.url)),
    args: [ground.ownerUrl],
    env: { ...process.env, NODE_ENV: 'production' },
    readyTimeoutMs: 60_000,
    parseFacts: (given) => facts.parse(given),
    onLine: (line) => {
      console.error(line);
    },
  });
  const base = `http://127.0.0.1:${service.facts.port}`;
  return {
    name: 'NestJS + TypeORM',
    pid: service.pid,
    request: (path) => ask(base + path),
    stop: async () => {
      await service.stop();
    },
  };
}
