import { row, rows, type Tx } from '../platform/unit-of-work.js';

export interface Asset {
  readonly name: string;
  readonly contentType: string;
  readonly bytes: Buffer;
  readonly width: number | null;
  readonly height: number | null;
}

interface AssetRow {
  readonly name: string;
  readonly content_type: string;
  readonly bytes: Buffer;
  readonly width: number | null;
  readonly height: number | null;
}

const columns = 'name, content_type, bytes, width, height';

export class AssetsRepository {
  /** The same picture again changes nothing. */
  async insert(tx: Tx, tenantId: string, { name, contentType, bytes, width, height }: Asset): Promise<void> {
    await rows(
      tx,
      `insert into leasehold.branding_assets (tenant_id, name, content_type, bytes, width, height)
       values ($1, $2, $3, $4, $5, $6) on conflict do nothing`,
      [tenantId, name, contentType, bytes, width, height],
    );
  }

  async find(tx: Tx, tenantId: string, name: string): Promise<Asset | undefined> {
    const found = await row<AssetRow>(
      tx,
      `select ${columns} from leasehold.branding_assets
       where tenant_id = $1 and name = $2`,
      [tenantId, name],
    );
    return found && toAsset(found);
  }

  async all(tx: Tx, tenantId: string, names: readonly string[]): Promise<Asset[]> {
    if (names.length === 0) return [];
    const found = await rows<AssetRow>(
      tx,
      `select ${columns} from leasehold.branding_assets where tenant_id = $1 and name = any($2)`,
      [tenantId, names],
    );
    return found.map(toAsset);
  }

  /** Those of the names that there are. */
  async known(tx: Tx, tenantId: string, names: readonly string[]): Promise<Set<string>> {
    const found = await rows<{ name: string }>(
      tx,
      'select name from leasehold.branding_assets where tenant_id = $1 and name = any($2)',
      [tenantId, names],
    );
    return new Set(found.map(({ name }) => name));
  }

  /** Forgets the pictures that no revision, no draft and no preview shows any more; their objects go later. */
  async prune(tx: Tx, tenantId: string): Promise<void> {
    await rows(
      tx,
      `with gone as (delete from leasehold.branding_assets a where a.tenant_id = $1
         and not exists (
           select from (
             select spec from leasehold.branding_revisions where tenant_id = $1
             union all select spec from leasehold.branding_drafts where tenant_id = $1
             union all select spec from leasehold.branding_previews where tenant_id = $1 and expires_at > now()
           ) used where a.name in (used.spec ->> 'logo', used.spec ->> 'favicon')) returning a.name)
       insert into leasehold.branding_left_pictures (tenant_id, name) select $1, name from gone
       on conflict (tenant_id, name) do update set since = now()`,
      [tenantId],
    );
  }
}

function toAsset({ content_type, ...rest }: AssetRow): Asset {
  return { ...rest, contentType: content_type };
}
