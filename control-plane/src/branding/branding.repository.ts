import { row, rows, type Tx } from '../platform/unit-of-work.js';
import type { BrandingSpec } from './branding.schema.js';

export type StoredBranding = BrandingSpec & { readonly displayName: string };

export interface BrandingRecord {
  readonly revision: number;
  readonly publishedRevision: number;
  readonly spec: StoredBranding;
  readonly updatedAt: Date;
}

interface BrandingRow {
  readonly revision: string;
  readonly published_revision: string;
  readonly spec: StoredBranding;
  readonly updated_at: Date;
}

const tables = [
  'branding_left_pictures',
  'branding_previews',
  'branding_drafts',
  'branding_revisions',
  'branding_assets',
  'branding',
];
const columns = 'revision, published_revision, spec, updated_at';

export class BrandingRepository {
  async find(tx: Tx, tenantId: string, lock: 'lock' | 'read' = 'read'): Promise<BrandingRecord | undefined> {
    const found = await row<BrandingRow>(
      tx,
      `select ${columns} from leasehold.branding where tenant_id = $1 ${lock === 'lock' ? 'for update' : ''}`,
      [tenantId],
    );
    return found && toRecord(found);
  }

  async insert(tx: Tx, tenantId: string, spec: StoredBranding): Promise<void> {
    await rows(tx, 'insert into leasehold.branding (tenant_id, revision, spec) values ($1, 1, $2)', [
      tenantId,
      JSON.stringify(spec),
    ]);
  }

  async replace(tx: Tx, tenantId: string, spec: StoredBranding): Promise<BrandingRecord | undefined> {
    const changed = await row<BrandingRow>(
      tx,
      `update leasehold.branding set revision = revision + 1, spec = $2, updated_at = now()
       where tenant_id = $1 returning ${columns}`,
      [tenantId, JSON.stringify(spec)],
    );
    return changed && toRecord(changed);
  }

  /** Everything of it, history, draft, pictures and previews too. */
  async remove(tx: Tx, tenantId: string): Promise<void> {
    for (const table of tables)
      await rows(tx, `delete from leasehold.${table} where tenant_id = $1`, [tenantId]);
  }

  /** @returns whether an older revision was live before. */
  async markPublished(tx: Tx, tenantId: string, revision: number): Promise<boolean> {
    const changed = await row(
      tx,
      `update leasehold.branding set published_revision = $2
       where tenant_id = $1 and published_revision < $2 returning 1`,
      [tenantId, revision],
    );
    return changed !== undefined;
  }

  /** Tenants whose pages are live and show an older revision. */
  async unpublished(tx: Tx, limit: number): Promise<{ tenantId: string; cell: string }[]> {
    const found = await rows<{ tenant_id: string; cell: string }>(
      tx,
      `select b.tenant_id, t.cell from leasehold.branding b join leasehold.tenants t on t.id = b.tenant_id
       where b.published_revision < b.revision and t.state in ('active', 'suspended') order by b.updated_at limit $1`,
      [limit],
    );
    return found.map(({ tenant_id, cell }) => ({ tenantId: tenant_id, cell }));
  }
}

function toRecord(found: BrandingRow): BrandingRecord {
  return {
    revision: Number(found.revision),
    publishedRevision: Number(found.published_revision),
    spec: found.spec,
    updatedAt: found.updated_at,
  };
}
