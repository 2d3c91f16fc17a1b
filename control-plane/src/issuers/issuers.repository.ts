import type { JWK } from 'jose';
import { onlyRow, row, rows, type Tx } from '../platform/unit-of-work.js';
import type { IssuerKey } from './issuer-keys.js';

export interface OwnIssuer {
  readonly issuer: string;
  readonly audience: string;
  readonly rolesClaim: string;
  readonly jwksUrl: string;
  readonly jwks: { readonly keys: readonly JWK[] };
}

export interface IssuerRecord {
  readonly tenantId: string;
  /** Undefined for the platform's own. */
  readonly own: OwnIssuer | undefined;
  readonly revision: number;
  readonly publishedRevision: number;
}

interface IssuerRow {
  readonly tenant_id: string;
  readonly kind: 'platform' | 'oidc';
  readonly issuer: string | null;
  readonly audience: string | null;
  readonly roles_claim: string;
  readonly jwks_url: string | null;
  readonly jwks: { readonly keys: readonly JWK[] } | null;
  readonly revision: string;
  readonly published_revision: string;
}

interface KeyRow {
  readonly id: string;
  readonly public_jwk: JWK;
  readonly sealed: Buffer;
  readonly sealed_key_id: string;
  readonly signs_from: Date;
  readonly retires_at: Date | null;
}

const columns =
  'tenant_id, kind, issuer, audience, roles_claim, jwks_url, jwks, revision, published_revision';
const keyColumns = 'id, public_jwk, sealed, sealed_key_id, signs_from, retires_at';

/** Issuers and their keys; a tenant's caller reaches its own alone (row-level security). */
export class IssuersRepository {
  async find(tx: Tx, tenantId: string): Promise<IssuerRecord | undefined> {
    const sql = `select ${columns} from leasehold.issuers where tenant_id = $1`;
    const found = await row<IssuerRow>(tx, sql, [tenantId]);
    return found && toRecord(found);
  }

  /** The issuer, made when there is none; nobody else changes it until the transaction ends. */
  async ensure(tx: Tx, tenantId: string): Promise<IssuerRecord> {
    const insert = 'insert into leasehold.issuers (tenant_id) values ($1) on conflict do nothing';
    await rows(tx, insert, [tenantId]);
    const sql = `select ${columns} from leasehold.issuers where tenant_id = $1 for update`;
    return toRecord(await onlyRow<IssuerRow>(tx, sql, [tenantId]));
  }

  /** Names whose tokens count from now on; undefined: the platform's. */
  async name(tx: Tx, tenantId: string, own: OwnIssuer | undefined): Promise<void> {
    await rows(
      tx,
      `update leasehold.issuers set kind = $2, issuer = $3, audience = $4, roles_claim = $5, jwks_url = $6, jwks = $7,
         jwks_fetched_at = case when $7::jsonb is null then null else now() end, revision = revision + 1, updated_at = now()
       where tenant_id = $1`,
      [
        tenantId,
        own === undefined ? 'platform' : 'oidc',
        own?.issuer ?? null,
        own?.audience ?? null,
        own?.rolesClaim ?? 'roles',
        own?.jwksUrl ?? null,
        own === undefined ? null : JSON.stringify(own.jwks),
      ],
    );
  }

  /** What the pods read has changed. */
  async touch(tx: Tx, tenantId: string): Promise<void> {
    await rows(
      tx,
      'update leasehold.issuers set revision = revision + 1, updated_at = now() where tenant_id = $1',
      [tenantId],
    );
  }

  /** The newest first. */
  async keys(tx: Tx, tenantId: string): Promise<IssuerKey[]> {
    const sql = `select ${keyColumns} from leasehold.issuer_keys where tenant_id = $1 order by signs_from desc, id desc`;
    return (await rows<KeyRow>(tx, sql, [tenantId])).map(toKey);
  }

  async addKey(tx: Tx, tenantId: string, key: Omit<IssuerKey, 'retiresAt'>): Promise<void> {
    const { id, publicJwk, sealed, signsFrom } = key;
    await rows(
      tx,
      `insert into leasehold.issuer_keys (id, tenant_id, public_jwk, sealed, sealed_key_id, signs_from)
       values ($1, $2, $3, $4, $5, $6)`,
      [id, tenantId, JSON.stringify(publicJwk), sealed.sealed, sealed.envelopeKeyId, signsFrom],
    );
  }

  /** Every key that goes on without an end ends then. */
  async retireKeys(tx: Tx, tenantId: string, retiresAt: Date): Promise<void> {
    const sql =
      'update leasehold.issuer_keys set retires_at = $2 where tenant_id = $1 and retires_at is null';
    await rows(tx, sql, [tenantId, retiresAt]);
  }

  async removeKeys(tx: Tx, tenantId: string): Promise<void> {
    await rows(tx, 'delete from leasehold.issuer_keys where tenant_id = $1', [tenantId]);
  }
}

function toRecord(found: IssuerRow): IssuerRecord {
  const { issuer, audience, jwks_url: jwksUrl, jwks, roles_claim: rolesClaim } = found;
  const named = issuer !== null && audience !== null && jwksUrl !== null && jwks !== null;
  return {
    tenantId: found.tenant_id,
    own: found.kind === 'oidc' && named ? { issuer, audience, jwksUrl, jwks, rolesClaim } : undefined,
    revision: Number(found.revision),
    publishedRevision: Number(found.published_revision),
  };
}

function toKey(found: KeyRow): IssuerKey {
  return {
    id: found.id,
    publicJwk: found.public_jwk,
    sealed: { envelopeKeyId: found.sealed_key_id, sealed: found.sealed },
    signsFrom: found.signs_from,
    retiresAt: found.retires_at ?? undefined,
  };
}
