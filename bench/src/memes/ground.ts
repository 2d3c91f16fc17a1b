import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { forkService } from '@leasehold/processes';
import { repository } from '@leasehold/product-harness';
import { newPrefix } from '@leasehold/tenant-data/prefix';
import { z } from 'zod';
import { newSigner } from './es256.js';

const facts = z.looseObject({ port: z.int() });
const logLine = z.looseObject({ message: z.string(), port: z.int().optional() });

/** A pod of a template. */
export interface Replica {
  readonly port: number;
  readonly pid: number;
  stop(signal?: NodeJS.Signals): Promise<void>;
}

/** What replicas need: gateway and emulator, an issuer of tokens. */
export interface Ground {
  readonly gatewayPid: number;
  /** A pod of the template, which is memes unless said otherwise; its image must be built. */
  replica(parameters: object, template?: string): Promise<Replica>;
  /** A token of a user. */
  token(subject: string, roles?: readonly string[]): string;
  remove(): Promise<void>;
}

export async function prepareGround(): Promise<Ground> {
  const folder = await mkdtemp(join(tmpdir(), 'lh-bm-'));
  const signer = newSigner();
  await writeFile(join(folder, 'jwks.json'), signer.jwks);
  const prefix = newPrefix(randomBytes);
  const gateway = await forkService({
    entry: fileURLToPath(new URL('./gateway.main.js', import.meta.url)),
    args: [folder, prefix, join(repository, 'migrations/bigtable/tables.json')],
    parseFacts: (given) => facts.parse(given),
    onLine: (line) => void process.stderr.write(`${line}\n`),
  });
  const web = createServer((request, response) => {
    response.statusCode = request.url === '/jwks.json' ? 200 : 404;
    response.end(response.statusCode === 200 ? signer.jwks : '{}');
  });
  await new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve));
  const address = web.address();
  if (typeof address !== 'object' || address === null) throw new Error('The issuer has no port.');
  const url = `http://127.0.0.1:${address.port}`;
  const tokenFile = join(folder, 'pod.token');
  await writeFile(tokenFile, podToken(signer));
  const env = {
    PORT: '0',
    TENANT_ID: 'ten_bench',
    TENANT_SLUG: 'bench',
    TENANT_NAME: 'Bench',
    TEMPLATE: 'memes',
    RELEASE: '1.0.0',
    ROW_KEY_PREFIX: prefix,
    BIGTABLE_PROJECT: 'leasehold-bench',
    BIGTABLE_INSTANCE: 'local',
    DATA_GATEWAY_ENDPOINT: `127.0.0.1:${gateway.facts.port}`,
    DATA_GATEWAY_TOKEN_FILE: tokenFile,
    BRANDING_URL: `${url}/branding/current.json`,
    BRANDING_TOKEN_FILE: tokenFile,
    AUTH_ISSUER: url,
    AUTH_JWKS_URL: `${url}/jwks.json`,
    AUTH_AUDIENCE: 'ten_bench',
    LOG_LEVEL: 'warn',
    POD_NAME: 'bench',
  };
  return {
    gatewayPid: gateway.pid,
    replica: (parameters, template = env.TEMPLATE) =>
      startReplica({ ...env, TEMPLATE: template, LOG_LEVEL: 'info', PARAMETERS: JSON.stringify(parameters) }),
    token: (sub, roles = ['user']) => signer.token({ iss: url, aud: 'ten_bench', sub, roles }),
    remove: async () => {
      web.closeAllConnections();
      web.close();
      await gateway.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function podToken(signer: { token(claims: Record<string, unknown>): string }): string {
  return signer.token({
    iss: 'https://twin.leasehold.local',
    sub: 'system:serviceaccount:t-bench:app',
    aud: 'data-gateway',
    'kubernetes.io': { namespace: 't-bench' },
  });
}

async function startReplica(env: Record<string, string> & { TEMPLATE: string }): Promise<Replica> {
  const cwd = join(repository, 'tenant-templates', env.TEMPLATE, 'dist/image');
  const child = spawn(process.execPath, ['server.mjs'], { cwd, env, stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const port = await new Promise<number>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      const entry = logLine.parse(JSON.parse(line));
      if (entry.message === 'listening') resolve(entry.port ?? 0);
      else if (entry['level'] !== 'info') process.stderr.write(`${line}\n`);
    });
    void exited.then(() => reject(new Error('The replica has ended. Is its image built (npm start)?')));
  });
  return {
    port,
    pid: child.pid ?? 0,
    stop: async (signal = 'SIGTERM') => {
      child.kill(signal);
      await exited;
    },
  };
}
