import pg from 'pg';
import { seededPlans } from '../catalog/plans.seed.js';
import type { TestCaller } from './test-caller.js';

export const counterManifest = {
  schemaVersion: 1,
  name: 'counter',
  version: '1.0.0',
  description: 'Hands out a unique sequence number for every request.',
  run: { command: ['node', 'server.mjs'] },
  ports: [{ name: 'http', port: 8080 }],
  health: { live: '/healthz/live', ready: '/healthz/ready' },
  parameters: {
    type: 'object',
    additionalProperties: false,
    properties: { maxBlockSize: { type: 'integer', minimum: 1, default: 10_000 } },
  },
  resources: {
    free: {
      requests: { cpu: '50m', memory: '96Mi' },
      limits: { cpu: '500m', memory: '256Mi' },
      replicas: { min: 1, max: 1 },
    },
    standard: {
      requests: { cpu: '250m', memory: '128Mi' },
      limits: { cpu: '1', memory: '256Mi' },
      replicas: { min: 2, max: 10 },
    },
  },
  dataClasses: [{ table: 'counters', families: ['c'] }],
};

export const counterImage = `twin.local/counter@sha256:${'a1'.repeat(32)}`;

/** What a client is onboarded with: the plans, the template `counter` with one release, and a cell that is ready. */
export async function seedCatalog(admin: TestCaller, ownerUrl: string): Promise<void> {
  for (const plan of seededPlans) await admin.post('/v1/plans', plan);
  await admin.post('/v1/templates', { name: 'counter', displayName: 'Counter' });
  await admin.post('/v1/templates/counter/releases', {
    version: '1.0.0',
    image: counterImage,
    manifest: counterManifest,
  });
  await execute(
    ownerUrl,
    `insert into leasehold.cells (id, name, environment, region, target, domain, capacity, state, outputs)
     values ('cel_local', 'local', 'development', 'local', 'twin', 'localhost', 1000, 'ready', '{"bucket": "branding"}')`,
  );
}

/** Runs one statement as the owner of the tables, past row-level security's roles. */
export async function execute(ownerUrl: string, sql: string, values: unknown[] = []): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: ownerUrl });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql, values)).rows;
  } finally {
    await client.end();
  }
}
