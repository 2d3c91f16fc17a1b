import { onlyRow, rows, type Tx } from '../platform/unit-of-work.js';
import type { StoredBranding } from './branding.repository.js';

export interface Preview {
  readonly tokenHash: string;
  readonly tenantId: string;
  readonly cell: string;
  readonly spec: StoredBranding;
  readonly expiresAt: Date;
}

interface PreviewRow {
  readonly token_hash: string;
  readonly tenant_id: string;
  readonly cell: string;
  readonly spec: StoredBranding;
  readonly expires_at: Date;
}

const columns = 'p.token_hash, p.tenant_id, t.cell, p.spec, p.expires_at';

export class PreviewsRepository {
  async insert(
    tx: Tx,
    preview: { tenantId: string; tokenHash: string; spec: StoredBranding; seconds: number },
  ): Promise<Date> {
    const { expires_at } = await onlyRow<{ expires_at: Date }>(
      tx,
      `insert into leasehold.branding_previews (token_hash, tenant_id, spec, expires_at)
       values ($1, $2, $3, now() + make_interval(secs => $4)) returning expires_at`,
      [preview.tokenHash, preview.tenantId, JSON.stringify(preview.spec), preview.seconds],
    );
    return expires_at;
  }

  async count(tx: Tx, tenantId: string): Promise<number> {
    const { count } = await onlyRow<{ count: string }>(
      tx,
      `select count(*) from leasehold.branding_previews where tenant_id = $1 and expires_at > now()`,
      [tenantId],
    );
    return Number(count);
  }

  /** Links that nobody can follow yet, of tenants whose pages are live. */
  async unpublished(tx: Tx, limit: number): Promise<Preview[]> {
    return this.#select(tx, `p.published_at is null and p.expires_at > now() and t.state = 'active'`, limit);
  }

  /** Links whose objects are still there though their time is over. */
  async expired(tx: Tx, limit: number): Promise<Preview[]> {
    return this.#select(tx, 'p.expires_at <= now()', limit);
  }

  async markPublished(tx: Tx, tokenHash: string): Promise<void> {
    await rows(tx, 'update leasehold.branding_previews set published_at = now() where token_hash = $1', [
      tokenHash,
    ]);
  }

  async remove(tx: Tx, tokenHash: string): Promise<void> {
    await rows(tx, 'delete from leasehold.branding_previews where token_hash = $1', [tokenHash]);
  }

  async #select(tx: Tx, condition: string, limit: number): Promise<Preview[]> {
    const found = await rows<PreviewRow>(
      tx,
      `select ${columns} from leasehold.branding_previews p join leasehold.tenants t on t.id = p.tenant_id
       where ${condition} order by p.expires_at limit $1`,
      [limit],
    );
    return found.map(({ token_hash, tenant_id, cell, spec, expires_at }) => ({
      tokenHash: token_hash,
      tenantId: tenant_id,
      cell,
      spec,
      expiresAt: expires_at,
    }));
  }
}
