import type { Role } from '../platform/request-context.js';
import type { RatePolicy } from '../platform/http/token-buckets.js';
import type { Page } from '../platform/lists/page.js';
import type { ListRequest } from '../platform/lists/list.js';
import { onlyRow, row, rows, type Tx } from '../platform/unit-of-work.js';

export interface ApiKeyRecord {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  readonly tenant_id: string | null;
  readonly expires_at: Date | null;
  readonly last_used_at: Date | null;
  readonly created_at: Date;
  readonly rate_limit: RatePolicy | null;
}

export interface NewApiKey {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  readonly tenantId: string | undefined;
  readonly secretHash: Buffer;
  readonly expiresAt: string | undefined;
  readonly rateLimit?: RatePolicy | undefined;
}

const columns = 'id, name, role, tenant_id, expires_at, last_used_at, created_at, rate_limit';

export class ApiKeysRepository {
  /** The key that is neither revoked nor expired, by the hash of its secret. A key of an erased tenant has ended with it. */
  async findUsable(tx: Tx, hash: Buffer): Promise<(ApiKeyRecord & { secret_hash: Buffer }) | undefined> {
    return row(
      tx,
      `select ${columns}, secret_hash from leasehold.api_keys
       where secret_hash = $1 and revoked_at is null and (expires_at is null or expires_at > now())
         and not exists (select 1 from leasehold.tenants t where t.id = tenant_id and t.state = 'deleted')`,
      [hash],
    );
  }

  async insert(tx: Tx, key: NewApiKey): Promise<ApiKeyRecord> {
    return onlyRow(
      tx,
      `insert into leasehold.api_keys (id, name, role, tenant_id, secret_hash, expires_at, rate_limit)
       values ($1, $2, $3, $4, $5, $6, $7) returning ${columns}`,
      [
        key.id,
        key.name,
        key.role,
        key.tenantId ?? null,
        key.secretHash,
        key.expiresAt ?? null,
        key.rateLimit ?? null,
      ],
    );
  }

  async find(tx: Tx, id: string): Promise<ApiKeyRecord | undefined> {
    return row(tx, `select ${columns} from leasehold.api_keys where id = $1 and revoked_at is null`, [id]);
  }

  async tenantLives(tx: Tx, tenantId: string): Promise<boolean> {
    const found = await rows(tx, `select 1 from leasehold.tenants where id = $1 and state <> 'deleted'`, [
      tenantId,
    ]);
    return found.length > 0;
  }

  async page(tx: Tx, request: ListRequest): Promise<Page<ApiKeyRecord>> {
    return request.page(tx, { sql: `select ${columns} from leasehold.api_keys where revoked_at is null` });
  }

  async revoke(tx: Tx, id: string): Promise<ApiKeyRecord | undefined> {
    return row(
      tx,
      `update leasehold.api_keys set revoked_at = now() where id = $1 and revoked_at is null returning ${columns}`,
      [id],
    );
  }

  /** Makes programs that start at once take turns until the end of the transaction. */
  async lockFirstKey(tx: Tx): Promise<{ anyKey: boolean }> {
    await rows(tx, 'select pg_advisory_xact_lock(7327010)');
    return { anyKey: (await rows(tx, 'select 1 from leasehold.api_keys limit 1')).length > 0 };
  }

  async touch(tx: Tx, usedAt: ReadonlyMap<string, Date>): Promise<void> {
    await rows(
      tx,
      `update leasehold.api_keys k set last_used_at = greatest(k.last_used_at, u.at)
       from unnest($1::text[], $2::timestamptz[]) as u (id, at) where k.id = u.id`,
      [[...usedAt.keys()], [...usedAt.values()]],
    );
  }
}
