import type { Page } from '../platform/lists/page.js';
import type { ListRequest } from '../platform/lists/list.js';
import { row, rows, type Tx } from '../platform/unit-of-work.js';

export interface MemberRow {
  readonly id: string;
  readonly tenant_id: string;
  readonly subject: string;
  readonly email: string | null;
  readonly display_name: string;
  readonly roles: string[];
  readonly created_at: Date;
  readonly updated_at: Date;
}

export interface MemberSpec {
  readonly email: string | null;
  readonly displayName: string;
  readonly roles: readonly string[];
}

const columns = 'id, tenant_id, subject, email, display_name, roles, created_at, updated_at';

/** Members of tenants; a tenant's caller reaches its own alone (row-level security). */
export class MembersRepository {
  /** Undefined when the tenant has a member of this subject or e-mail address. */
  async insert(
    tx: Tx,
    member: MemberSpec & { readonly id: string; readonly tenantId: string; readonly subject: string },
  ): Promise<MemberRow | undefined> {
    const { id, tenantId, subject, email, displayName, roles } = member;
    return row(
      tx,
      `insert into leasehold.members (id, tenant_id, subject, email, display_name, roles)
       values ($1, $2, $3, $4, $5, $6) on conflict do nothing returning ${columns}`,
      [id, tenantId, subject, email, displayName, roles],
    );
  }

  async find(tx: Tx, tenantId: string, id: string): Promise<MemberRow | undefined> {
    const sql = `select ${columns} from leasehold.members where tenant_id = $1 and id = $2`;
    return row(tx, sql, [tenantId, id]);
  }

  async lock(tx: Tx, tenantId: string, id: string): Promise<MemberRow | undefined> {
    const sql = `select ${columns} from leasehold.members where tenant_id = $1 and id = $2 for update`;
    return row(tx, sql, [tenantId, id]);
  }

  /** Whether another member of the tenant has an e-mail address. */
  async emailTaken(tx: Tx, tenantId: string, id: string, email: string): Promise<boolean> {
    const sql =
      'select 1 from leasehold.members where tenant_id = $1 and id <> $2 and lower(email) = lower($3)';
    return (await rows(tx, sql, [tenantId, id, email])).length > 0;
  }

  async replace(tx: Tx, id: string, spec: MemberSpec): Promise<MemberRow | undefined> {
    return row(
      tx,
      `update leasehold.members set email = $2, display_name = $3, roles = $4, updated_at = now()
       where id = $1 returning ${columns}`,
      [id, spec.email, spec.displayName, spec.roles],
    );
  }

  async remove(tx: Tx, id: string): Promise<void> {
    await rows(tx, 'delete from leasehold.members where id = $1', [id]);
  }

  async page(tx: Tx, tenantId: string, request: ListRequest): Promise<Page<MemberRow>> {
    return request.page(tx, {
      sql: `select ${columns} from leasehold.members where tenant_id = $1`,
      parameters: [tenantId],
    });
  }
}
