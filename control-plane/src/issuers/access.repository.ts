import type { JWK } from 'jose';
import { rows, type Tx } from '../platform/unit-of-work.js';
import type { CallerKeyEntry } from './access-document.js';

export interface AccessPlace {
  readonly tenantId: string;
  readonly cell: string;
}

export interface DueJwks {
  readonly tenantId: string;
  readonly jwksUrl: string;
}

/** What the publisher and the upkeep do with issuers, of all tenants. */
export class AccessRepository {
  /** Tenants whose pods read something older than what is here, or whose cell has nothing yet. */
  async unpublished(tx: Tx, limit: number): Promise<AccessPlace[]> {
    return rows(
      tx,
      `select i.tenant_id as "tenantId", t.cell from leasehold.issuers i join leasehold.tenants t on t.id = i.tenant_id
       where (i.published_revision < i.revision or i.published_cell is distinct from t.cell)
         and t.state in ('active', 'suspended') order by i.updated_at limit $1`,
      [limit],
    );
  }

  async markPublished(tx: Tx, { tenantId, cell }: AccessPlace, revision: number): Promise<void> {
    const sql =
      'update leasehold.issuers set published_revision = $2, published_cell = $3 where tenant_id = $1';
    await rows(tx, sql, [tenantId, revision, cell]);
  }

  /** Keys that have not expired. */
  async callerKeys(tx: Tx, tenantId: string): Promise<CallerKeyEntry[]> {
    const found = await rows<{ id: string; hash: string; roles: string[]; expires_at: Date | null }>(
      tx,
      `select id, encode(secret_hash, 'hex') as hash, roles, expires_at from leasehold.caller_keys
       where tenant_id = $1 and (expires_at is null or expires_at > now()) order by id`,
      [tenantId],
    );
    return found.map(({ expires_at, ...key }) => ({ ...key, expiresAt: expires_at ?? undefined }));
  }

  /** Removes keys whose last token has ended. @returns whose pods must hear of it */
  async removeRetired(tx: Tx): Promise<string[]> {
    const sql = `delete from leasehold.issuer_keys where retires_at < now() returning tenant_id`;
    const found = await rows<{ tenant_id: string }>(tx, sql);
    return [...new Set(found.map(({ tenant_id }) => tenant_id))];
  }

  /** Tenants whose newest key has signed for so many days. */
  async dueRotations(tx: Tx, days: number, limit: number): Promise<string[]> {
    const found = await rows<{ tenant_id: string }>(
      tx,
      `select k.tenant_id from leasehold.issuer_keys k join leasehold.tenants t on t.id = k.tenant_id
       where k.retires_at is null and k.signs_from < now() - $1 * interval '1 day' and t.state = 'active' limit $2`,
      [days, limit],
    );
    return found.map(({ tenant_id }) => tenant_id);
  }

  /** Own issuers whose keys were fetched so many minutes ago; counted as fetched from now on, so that one that is away has its turn later. */
  async takeDueJwks(tx: Tx, minutes: number, limit: number): Promise<DueJwks[]> {
    return rows(
      tx,
      `update leasehold.issuers set jwks_fetched_at = now() where tenant_id in (
         select tenant_id from leasehold.issuers where kind = 'oidc' and jwks_fetched_at < now() - $1 * interval '1 minute'
         order by jwks_fetched_at limit $2 for update skip locked)
       returning tenant_id as "tenantId", jwks_url as "jwksUrl"`,
      [minutes, limit],
    );
  }

  /** @returns whether they are other keys than before, from the same place */
  async keepJwks(tx: Tx, { tenantId, jwksUrl }: DueJwks, jwks: { keys: readonly JWK[] }): Promise<boolean> {
    const changed = await rows(
      tx,
      `update leasehold.issuers set jwks = $3, revision = revision + 1, updated_at = now()
       where tenant_id = $1 and jwks_url = $2 and jwks <> $3::jsonb returning 1`,
      [tenantId, jwksUrl, JSON.stringify(jwks)],
    );
    return changed.length > 0;
  }
}
