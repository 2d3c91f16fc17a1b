import pg from 'pg';

/** What `data` of a plan says. */
export interface PlannedShare {
  readonly callsPerSecond: number;
  readonly bytesPerSecond: number;
  readonly weight: number;
}

/** Puts a tenant on a plan with this share of the data gateway, as a changed plan in the control plane does; the tenant is made when there is none. */
export async function setPlannedShare(
  ownerUrl: string,
  { tenantId, slug }: { tenantId: string; slug: string },
  share: PlannedShare,
): Promise<void> {
  const plan = `share-${share.callsPerSecond}-${share.bytesPerSecond}-${share.weight}`;
  const client = new pg.Client({ connectionString: ownerUrl });
  await client.connect();
  try {
    await client.query(
      `insert into leasehold.plans (name, display_name, spec) values ($1, $1, $2) on conflict (name) do nothing`,
      [plan, JSON.stringify({ data: share })],
    );
    await client.query(`
      insert into leasehold.templates (name, display_name) values ('shared', 'Shared') on conflict (name) do nothing;
      insert into leasehold.releases (id, template, version, image, chart_digest, manifest)
        values ('rel_shared', 'shared', '1.0.0', 'image', 'digest', '{}') on conflict (id) do nothing;
      insert into leasehold.cells (id, name, environment, region, target, domain, capacity)
        values ('cel_shared', 'shared', 'development', 'local', 'twin', 'localhost', 1000) on conflict (id) do nothing;
    `);
    await client.query(
      `insert into leasehold.tenants (id, slug, display_name, state, template, release_id, plan, cell, edge_shard)
       values ($1, $2, $2, 'active', 'shared', 'rel_shared', $3, 'shared', 'edge')
       on conflict (id) do update set plan = excluded.plan`,
      [tenantId, slug, plan],
    );
  } finally {
    await client.end();
  }
}
