import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { repository } from '@leasehold/product-harness';
import type { Ground } from '../ground/ground.js';
import type { Replica } from '../ground/replica.js';

/** A script of `scripts/`, the template whose pod it asks, and what it is told. */
export interface Workload {
  readonly script: string;
  readonly template: string;
  readonly parameters?: Readonly<Record<string, number>>;
  /** Called for each run, so that accounts and keys are new. */
  readonly settings?: (ground: Ground, replica: Replica) => Record<string, string>;
}

const openingTokens = 1_000_000;
const memeUsers = 100;

export const workloads: readonly Workload[] = [
  { script: 'counter', template: 'counter' },
  { script: 'calc', template: 'calc' },
  {
    script: 'calc-grpc',
    template: 'calc',
    settings: (_ground, { grpcPort = 0 }) => ({
      GRPC_ADDRESS: `127.0.0.1:${grpcPort}`,
      PROTO_FOLDER: join(repository, 'tenant-templates/calc/proto'),
    }),
  },
  {
    script: 'increments',
    template: 'increments',
    parameters: { rateLimitPerSecond: 1_000_000 },
    settings: () => ({ KEY: randomUUID() }),
  },
  {
    script: 'memes',
    template: 'memes',
    parameters: { openingTokens },
    settings: (ground) => ({ OPENING_TOKENS: String(openingTokens), TOKENS: newUsers(ground) }),
  },
  { script: 'integers', template: 'integers', settings: () => ({ KEY: randomUUID() }) },
];

function newUsers(ground: Ground): string {
  return Array.from({ length: memeUsers }, () => ground.token(randomUUID())).join(' ');
}
