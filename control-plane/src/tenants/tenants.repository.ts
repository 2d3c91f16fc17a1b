import type { Page } from '../platform/lists/page.js';
import { mapPage, type ListRequest } from '../platform/lists/list.js';
import { row, rows, type Tx } from '../platform/unit-of-work.js';
import type { TenantState } from './tenant-states.js';
import type { Condition } from './tenant.schema.js';

/** The part of a tenant's spec that its stack follows from. */
export interface RunningSpec {
  readonly displayName: string;
  readonly releaseId: string;
  readonly release: string;
  readonly plan: string;
  readonly hostnames: readonly string[];
  readonly parameters: Readonly<Record<string, unknown>>;
  /** Names of secrets in the cell's secret store, by the release's own names. */
  readonly secretRefs: Readonly<Record<string, string>>;
}

/** A tenant as it is stored, with what it refers to. */
export interface Tenant {
  readonly id: string;
  readonly slug: string;
  readonly displayName: string;
  readonly state: TenantState;
  readonly template: string;
  readonly releaseId: string;
  readonly release: string;
  readonly plan: string;
  readonly cell: string;
  readonly cellDomain: string;
  readonly cellTarget: string;
  readonly edgeShard: string;
  readonly rowKeyPrefix: string | null;
  readonly hostnames: readonly string[];
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly secretRefs: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  readonly contact: { readonly name?: string; readonly email: string } | null;
  readonly conditions: readonly Condition[];
  readonly deletionProtection: boolean;
  /** Whether it is suspended, or was when its deletion was asked for. */
  readonly suspended: boolean;
  readonly expiresAt: Date | null;
  /** What runs while the spec does not (yet); null when the spec itself runs. */
  readonly lastGood: RunningSpec | null;
  readonly specRevision: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export interface NewTenantRow {
  readonly id: string;
  readonly slug: string;
  readonly displayName: string;
  readonly state: TenantState;
  readonly template: string;
  readonly releaseId: string;
  readonly plan: string;
  readonly cell: string;
  readonly rowKeyPrefix: string;
  readonly parameters: unknown;
  readonly secretRefs: unknown;
  readonly labels: unknown;
  readonly contact: unknown;
  readonly deletionProtection: boolean;
  readonly expiresAt: string | undefined;
}

/** The whole spec after a change. */
export interface ChangedSpec extends RunningSpec {
  readonly labels: Readonly<Record<string, string>>;
  readonly contact: { readonly name?: string | undefined; readonly email: string } | null;
  readonly deletionProtection: boolean;
  readonly expiresAt: string | null;
  readonly lastGood: RunningSpec | null;
}

interface TenantRow {
  readonly id: string;
  readonly slug: string;
  readonly display_name: string;
  readonly state: TenantState;
  readonly template: string;
  readonly release_id: string;
  readonly release: string;
  readonly plan: string;
  readonly cell: string;
  readonly cell_domain: string;
  readonly cell_target: string;
  readonly edge_shard: string;
  readonly row_key_prefix: string | null;
  readonly hostnames: string[];
  readonly parameters: Record<string, unknown>;
  readonly secret_refs: Record<string, string>;
  readonly labels: Record<string, string>;
  readonly contact: { name?: string; email: string } | null;
  readonly conditions: Condition[];
  readonly deletion_protection: boolean;
  readonly suspended: boolean;
  readonly expires_at: Date | null;
  readonly last_good: RunningSpec | null;
  readonly spec_revision: string;
  readonly created_at: Date;
  readonly updated_at: Date;
}

const select = `
  select t.*, r.version as release, c.domain as cell_domain, c.target as cell_target,
    array(select h.hostname from leasehold.hostnames h where h.tenant_id = t.id and not h.leaving order by h.kind desc, h.hostname) as hostnames
  from leasehold.tenants t
  join leasehold.releases r on r.id = t.release_id
  join leasehold.cells c on c.name = t.cell`;

export class TenantsRepository {
  /** @returns false when another live tenant has the slug; waits for one that is just being written. */
  async insert(tx: Tx, tenant: NewTenantRow): Promise<boolean> {
    const made = await row(
      tx,
      `insert into leasehold.tenants (id, slug, display_name, state, template, release_id, plan, cell, edge_shard,
         row_key_prefix, parameters, labels, contact, deletion_protection, expires_at,
         secret_refs)
       values ($1, $2, $3, $4, $5, $6, $7, $8, 'edge', $9, $10, $11, $12, $13, $14, $15)
       on conflict (slug) where state <> 'deleted' do nothing returning 1`,
      [
        tenant.id,
        tenant.slug,
        tenant.displayName,
        tenant.state,
        tenant.template,
        tenant.releaseId,
        tenant.plan,
        tenant.cell,
        tenant.rowKeyPrefix,
        JSON.stringify(tenant.parameters),
        JSON.stringify(tenant.labels),
        tenant.contact === undefined ? null : JSON.stringify(tenant.contact),
        tenant.deletionProtection,
        tenant.expiresAt ?? null,
        JSON.stringify(tenant.secretRefs),
      ],
    );
    return made !== undefined;
  }

  /** Writes a changed spec; its hostnames are rows of their own. A new last day is told of again. */
  async setSpec(tx: Tx, id: string, spec: ChangedSpec): Promise<void> {
    await rows(
      tx,
      `update leasehold.tenants set display_name = $2, release_id = $3, plan = $4, parameters = $5, labels = $6, contact = $7,
         deletion_protection = $8, expires_at = $9, last_good = $10, secret_refs = $11,
         expiry_told_days = case when expires_at is not distinct from $9::timestamptz then expiry_told_days end,
         spec_revision = spec_revision + 1, updated_at = now()
       where id = $1`,
      [
        id,
        spec.displayName,
        spec.releaseId,
        spec.plan,
        JSON.stringify(spec.parameters),
        JSON.stringify(spec.labels),
        spec.contact && JSON.stringify(spec.contact),
        spec.deletionProtection,
        spec.expiresAt,
        spec.lastGood && JSON.stringify(spec.lastGood),
        JSON.stringify(spec.secretRefs),
      ],
    );
  }

  /** The spec runs: what ran before is no longer a way back, and the names that left the spec are free. */
  async settle(tx: Tx, id: string): Promise<void> {
    await rows(tx, 'delete from leasehold.hostnames where tenant_id = $1 and leaving', [id]);
    await rows(tx, 'update leasehold.tenants set last_good = null, updated_at = now() where id = $1', [id]);
  }

  async find(tx: Tx, id: string): Promise<Tenant | undefined> {
    const found = await row<TenantRow>(tx, `${select} where t.id = $1`, [id]);
    return found && toTenant(found);
  }

  /** A tombstone has lost its slug. */
  async findBySlug(tx: Tx, slug: string): Promise<Tenant | undefined> {
    const found = await row<TenantRow>(tx, `${select} where t.slug = $1 and t.state <> 'deleted'`, [slug]);
    return found && toTenant(found);
  }

  /** Keeps others from changing the tenant until the end of the transaction. */
  async lock(tx: Tx, id: string): Promise<void> {
    await rows(tx, 'select 1 from leasehold.tenants where id = $1 for update', [id]);
  }

  async page(tx: Tx, request: ListRequest): Promise<Page<Tenant>> {
    return mapPage(await request.page<TenantRow>(tx, { sql: select }), toTenant);
  }

  async setState(tx: Tx, id: string, state: TenantState): Promise<void> {
    await rows(
      tx,
      `update leasehold.tenants set state = $2, updated_at = now(),
         suspended = case $2 when 'suspended' then true when 'active' then false else suspended end,
         deleted_at = case when $2 = 'deleted' then coalesce(deleted_at, now()) end
       where id = $1`,
      [id, state],
    );
  }

  /** Puts a condition in place of the one of its type; its time changes only with its status. */
  async setCondition(tx: Tx, id: string, condition: Omit<Condition, 'since'>): Promise<void> {
    await rows(
      tx,
      `update leasehold.tenants set updated_at = now(), conditions = (
         select coalesce(jsonb_agg(c) filter (where c ->> 'type' <> $2), '[]') || jsonb_build_array(jsonb_build_object(
           'type', $2::text, 'status', $3::text, 'reason', $4::text, 'message', $5::text,
           'since', coalesce(
             max(c ->> 'since') filter (where c ->> 'type' = $2 and c ->> 'status' = $3),
             to_char(now() at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))))
         from jsonb_array_elements(conditions) c)
       where id = $1`,
      [id, condition.type, condition.status, condition.reason, condition.message],
    );
  }

  /** @returns those of the names that nobody had, in no order. Sorted writes keep two callers from waiting for each other. */
  async claimHostnames(
    tx: Tx,
    tenantId: string,
    platform: string,
    custom: readonly string[],
  ): Promise<string[]> {
    const names = [platform, ...custom].sort();
    const claimed = await rows<{ hostname: string }>(
      tx,
      `insert into leasehold.hostnames (hostname, tenant_id, kind)
       select name, $1, case when name = $3 then 'platform' else 'custom' end from unnest($2::text[]) name
       on conflict (hostname) do nothing returning hostname`,
      [tenantId, names, platform],
    );
    return claimed.map(({ hostname }) => hostname);
  }

  /**
   * Makes these the names of a tenant's spec. A name that leaves it stays the tenant's until `settle`, since it still runs.
   * @returns those of the names that are the tenant's now; the others belong to somebody else
   */
  async changeHostnames(
    tx: Tx,
    tenantId: string,
    platform: string,
    custom: readonly string[],
  ): Promise<string[]> {
    const names = [platform, ...custom].sort();
    const own = await rows<{ hostname: string }>(
      tx,
      `insert into leasehold.hostnames (hostname, tenant_id, kind)
       select name, $1, case when name = $3 then 'platform' else 'custom' end from unnest($2::text[]) name
       on conflict (hostname) do update set leaving = false where hostnames.tenant_id = $1 returning hostname`,
      [tenantId, names, platform],
    );
    await rows(
      tx,
      'update leasehold.hostnames set leaving = true where tenant_id = $1 and hostname <> all ($2::text[])',
      [tenantId, names],
    );
    return own.map(({ hostname }) => hostname);
  }

  async freeHostnames(tx: Tx, tenantId: string): Promise<void> {
    await rows(tx, 'delete from leasehold.hostnames where tenant_id = $1', [tenantId]);
  }

  /** @returns false when the prefix was given before, to whomever: it is never given twice. */
  async claimPrefix(
    tx: Tx,
    prefix: string,
    { tenantId, namespace, cell }: { tenantId: string; namespace: string; cell: string },
  ): Promise<boolean> {
    const made = await row(
      tx,
      `insert into leasehold.row_key_prefixes (prefix, tenant_id, namespace, cell, state) values ($1, $2, $3, $4, 'live')
       on conflict (prefix) do nothing returning 1`,
      [prefix, tenantId, namespace, cell],
    );
    return made !== undefined;
  }

  /** Takes the prefix out of use: pods lose their rows at once, and the number is never given again. */
  async endPrefix(tx: Tx, tenantId: string, state: 'revoked' | 'erased'): Promise<void> {
    await rows(
      tx,
      `update leasehold.row_key_prefixes set state = $2, erased_at = case when $2 = 'erased' then now() end
       where tenant_id = $1 and state <> 'erased'`,
      [tenantId, state],
    );
  }

  /** Keeps a place for the tenant in the cell that it is on its way to; null gives it back. */
  async setMovingTo(tx: Tx, id: string, cell: string | null): Promise<void> {
    await rows(tx, 'update leasehold.tenants set moving_to = $2, updated_at = now() where id = $1', [
      id,
      cell,
    ]);
  }

  /** The tenant lives in another cell from here on, and its pods reach their rows there alone. */
  async settleIn(tx: Tx, id: string, cell: string): Promise<void> {
    await rows(
      tx,
      `update leasehold.tenants set cell = $2, moving_to = null, spec_revision = spec_revision + 1, updated_at = now()
       where id = $1 and cell <> $2`,
      [id, cell],
    );
    await rows(
      tx,
      `update leasehold.row_key_prefixes set cell = $2, state = 'live' where tenant_id = $1 and state in ('live', 'held')`,
      [id, cell],
    );
  }

  async holdPrefix(tx: Tx, tenantId: string, held: boolean): Promise<void> {
    const [from, to] = held ? ['live', 'held'] : ['held', 'live'];
    await rows(tx, 'update leasehold.row_key_prefixes set state = $3 where tenant_id = $1 and state = $2', [
      tenantId,
      from,
      to,
    ]);
  }

  /** Whether the tenant's pods are kept from its rows. */
  async isHeld(tx: Tx, tenantId: string): Promise<boolean> {
    const sql = `select 1 from leasehold.row_key_prefixes where tenant_id = $1 and state = 'held'`;
    return (await rows(tx, sql, [tenantId])).length > 0;
  }

  async wipe(tx: Tx, id: string): Promise<void> {
    await rows(
      tx,
      `update leasehold.tenants set display_name = slug, contact = null, parameters = '{}', secret_refs = '{}', labels = '{}', conditions = '[]',
         last_good = null, expires_at = null,
         updated_at = now()
       where id = $1`,
      [id],
    );
  }

  /** Whether the tenant's last moment has passed, by the database's clock. */
  async isExpired(tx: Tx, id: string): Promise<boolean> {
    const found = await rows(tx, 'select 1 from leasehold.tenants where id = $1 and expires_at <= now()', [
      id,
    ]);
    return found.length > 0;
  }

  async anyEver(tx: Tx): Promise<boolean> {
    return (await rows(tx, 'select 1 from leasehold.tenants limit 1')).length > 0;
  }
}

function toTenant(found: TenantRow): Tenant {
  return {
    id: found.id,
    slug: found.slug,
    displayName: found.display_name,
    state: found.state,
    template: found.template,
    releaseId: found.release_id,
    release: found.release,
    plan: found.plan,
    cell: found.cell,
    cellDomain: found.cell_domain,
    cellTarget: found.cell_target,
    edgeShard: found.edge_shard,
    rowKeyPrefix: found.row_key_prefix,
    hostnames: found.hostnames,
    parameters: found.parameters,
    secretRefs: found.secret_refs,
    labels: found.labels,
    contact: found.contact,
    conditions: found.conditions,
    deletionProtection: found.deletion_protection,
    suspended: found.suspended,
    expiresAt: found.expires_at,
    lastGood: found.last_good,
    specRevision: Number(found.spec_revision),
    createdAt: found.created_at,
    updatedAt: found.updated_at,
  };
}
