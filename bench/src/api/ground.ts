import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres } from '@leasehold/embedded-postgres';
import { migrate, roleUrl, type RolePasswords } from '@leasehold/migrations';
import pg from 'pg';

const passwords: RolePasswords = {
  leasehold_app: 'app',
  leasehold_platform: 'platform',
  leasehold_twin: 'twin',
  leasehold_gateway: 'gateway',
};

/** A durable Postgres of the measurement's own, with a catalog and so many tenants in it. */
export interface Ground {
  readonly folder: string;
  readonly ownerUrl: string;
  readonly appUrl: string;
  readonly platformUrl: string;
  readonly twinUrl: string;
  /** Fills the tables once the product has made what it makes at its first start. */
  fill(tenants: number): Promise<void>;
  remove(): Promise<void>;
}

export async function prepareGround(): Promise<Ground> {
  const folder = await mkdtemp(join(tmpdir(), 'lh-bench-api-'));
  const postgres = await startPostgres({ folder: join(folder, 'postgres'), ownerPassword: 'owner' });
  const { ownerUrl } = postgres;
  await migrate(ownerUrl, passwords);
  return {
    folder,
    ownerUrl,
    appUrl: roleUrl(ownerUrl, 'leasehold_app', passwords),
    platformUrl: roleUrl(ownerUrl, 'leasehold_platform', passwords),
    twinUrl: roleUrl(ownerUrl, 'leasehold_twin', passwords),
    fill: (tenants) => fill(ownerUrl, tenants),
    remove: async () => {
      await postgres.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

const manifest = {
  schemaVersion: 1,
  name: 'bench',
  version: '1.0.0',
  description: 'Does nothing; it is never run.',
  run: { command: ['node', 'server.mjs'] },
  ports: [{ name: 'http', port: 8080 }],
  health: { live: '/healthz/live', ready: '/healthz/ready' },
  parameters: { type: 'object', additionalProperties: false, properties: {} },
  resources: {
    bench: {
      requests: { cpu: '50m', memory: '96Mi' },
      limits: { cpu: '500m', memory: '256Mi' },
      replicas: { min: 1, max: 1 },
    },
  },
  dataClasses: [{ table: 'counters', families: ['c'] }],
};

async function fill(ownerUrl: string, tenants: number): Promise<void> {
  const client = new pg.Client({ connectionString: ownerUrl });
  await client.connect();
  try {
    await client.query(`insert into leasehold.templates (name, display_name) values ('bench', 'Bench')`);
    await client.query(
      `insert into leasehold.releases (id, template, version, image, chart_digest, manifest)
       values ('rel_bench', 'bench', '1.0.0', $1, 'none', $2)`,
      [`example.com/bench@sha256:${'a1'.repeat(32)}`, JSON.stringify(manifest)],
    );
    await client.query(
      `insert into leasehold.cells (id, name, environment, region, target, domain, capacity, state)
       values ('cel_bench', 'bench', 'development', 'local', 'twin', 'localhost', 1000000, 'ready')`,
    );
    await client.query(
      `insert into leasehold.tenants (id, slug, display_name, state, template, release_id, plan, cell, edge_shard, labels,
         created_at, updated_at)
       select 'ten_' || lpad(n::text, 26, '0'), 'client-' || n, 'Client ' || n,
         (array['active', 'active', 'active', 'suspended', 'failed'])[1 + n % 5], 'bench', 'rel_bench',
         'bench', 'bench', 'edge',
         jsonb_build_object('tier', (array['gold', 'silver', 'bronze'])[1 + n % 3], 'region', 'r' || n % 20),
         now() - n * interval '1 second', now()
       from generate_series(1, $1) n`,
      [tenants],
    );
    await client.query(
      `insert into leasehold.hostnames (hostname, tenant_id, kind) select slug || '.localhost', id, 'platform' from leasehold.tenants`,
    );
    await client.query('vacuum analyze');
  } finally {
    await client.end();
  }
}
