import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { forkService } from '@leasehold/processes';
import { repository } from '@leasehold/product-harness';
import { newPrefix } from '@leasehold/tenant-data/prefix';
import { z } from 'zod';
import { newSigner } from './es256.js';
import { startReplica, type Replica } from './replica.js';

const facts = z.looseObject({ port: z.int() });

/** What replicas need: gateway and emulator, an issuer of tokens. */
export interface Ground {
  readonly gatewayPid: number;
  /** A pod of the template, whose image must be built. */
  replica(template: string, parameters?: object): Promise<Replica>;
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
    GRPC_PORT: '0',
    TENANT_ID: 'ten_bench',
    TENANT_SLUG: 'bench',
    TENANT_NAME: 'Bench',
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
    LOG_LEVEL: 'info',
    POD_NAME: 'bench',
  };
  return {
    gatewayPid: gateway.pid,
    replica: (template, parameters = {}) =>
      startReplica({ ...env, TEMPLATE: template, PARAMETERS: JSON.stringify(parameters) }),
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
