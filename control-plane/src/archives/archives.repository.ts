import type { Page } from '../platform/lists/page.js';
import { mapPage, type ListRequest } from '../platform/lists/list.js';
import { onlyRow, row, rows, type Tx } from '../platform/unit-of-work.js';
import type { Archive, ArchiveCause, ArchiveObject, ArchivePurpose, ArchiveState } from './archive.js';

interface ArchiveRow {
  readonly id: string;
  readonly tenant_id: string;
  readonly purpose: ArchivePurpose;
  readonly cause: ArchiveCause;
  readonly state: ArchiveState;
  readonly operation_id: string;
  readonly cell: string;
  readonly rows: string;
  readonly bytes: string;
  readonly sha256: string | null;
  readonly created_at: Date;
  readonly completed_at: Date | null;
  readonly expires_at: Date | null;
}

export interface NewArchive {
  readonly id: string;
  readonly tenantId: string;
  readonly purpose: ArchivePurpose;
  readonly cause: ArchiveCause;
  readonly operationId: string;
  readonly cell: string;
  readonly keepDays: number;
}

/** A page of rows that has been put into objects. */
export interface WrittenPage {
  readonly objects: readonly ArchiveObject[];
  readonly rows: number;
  readonly next: string | undefined;
}

const columns =
  'id, tenant_id, purpose, cause, state, operation_id, cell, rows, bytes, sha256, created_at, completed_at, expires_at';

export class ArchivesRepository {
  async insert(tx: Tx, archive: NewArchive): Promise<void> {
    const { id, tenantId, purpose, cause, operationId, cell, keepDays } = archive;
    await rows(
      tx,
      `insert into leasehold.archives (id, tenant_id, purpose, cause, operation_id, cell, keep_days)
       values ($1, $2, $3, $4, $5, $6, $7)`,
      [id, tenantId, purpose, cause, operationId, cell, keepDays],
    );
  }

  async find(tx: Tx, tenantId: string, id: string): Promise<Archive | undefined> {
    const sql = `select ${columns} from leasehold.archives where tenant_id = $1 and id = $2 and removed_at is null`;
    const found = await row<ArchiveRow>(tx, sql, [tenantId, id]);
    return found && toArchive(found);
  }

  async list(
    tx: Tx,
    tenantId: string,
    purposes: readonly ArchivePurpose[],
    request: ListRequest,
  ): Promise<Page<Archive>> {
    const sql = `select ${columns} from leasehold.archives where tenant_id = $1 and purpose = any ($2) and removed_at is null`;
    return mapPage(await request.page<ArchiveRow>(tx, { sql, parameters: [tenantId, purposes] }), toArchive);
  }

  async count(tx: Tx, tenantId: string, purpose: ArchivePurpose): Promise<number> {
    const sql =
      'select count(*)::int as found from leasehold.archives where tenant_id = $1 and purpose = $2 and removed_at is null';
    return (await onlyRow<{ found: number }>(tx, sql, [tenantId, purpose])).found;
  }

  /** What the last restore has put aside, or had begun to. */
  async newestSafeguard(tx: Tx, tenantId: string): Promise<Archive | undefined> {
    const sql = `select ${columns} from leasehold.archives where tenant_id = $1 and purpose = 'safeguard' and removed_at is null order by id desc limit 1`;
    const found = await row<ArchiveRow>(tx, sql, [tenantId]);
    return found && toArchive(found);
  }

  /** The cell whose bucket has an archive. */
  async cellOf(tx: Tx, id: string): Promise<string> {
    const { cell } = await onlyRow<{ cell: string }>(
      tx,
      'select cell from leasehold.archives where id = $1',
      [id],
    );
    return cell;
  }

  /** A tenant's archives in a cell, removed ones as well. */
  async inCell(tx: Tx, tenantId: string, cell: string): Promise<{ id: string; state: ArchiveState }[]> {
    return rows(
      tx,
      'select id, state from leasehold.archives where tenant_id = $1 and cell = $2 order by id',
      [tenantId, cell],
    );
  }

  /** Its objects are in another cell now; one that could not be copied is lost. */
  async setCell(tx: Tx, id: string, cell: string, whole: boolean): Promise<void> {
    await rows(
      tx,
      `update leasehold.archives set cell = $2, state = case when $3 then state else 'failed' end where id = $1`,
      [id, cell, whole],
    );
  }

  async objects(tx: Tx, archiveId: string): Promise<ArchiveObject[]> {
    const sql =
      'select number, bytes, sha256 from leasehold.archive_objects where archive_id = $1 order by number';
    const found = await rows<{ number: number; bytes: string; sha256: string }>(tx, sql, [archiveId]);
    return found.map((object) => ({ ...object, bytes: Number(object.bytes) }));
  }

  /** How far the writing is: the place of the next page, and the number of the next object. */
  async position(tx: Tx, id: string): Promise<{ next: string | null; objects: number; state: ArchiveState }> {
    return onlyRow(
      tx,
      `select next_place as next, state,
         (select count(*)::int from leasehold.archive_objects where archive_id = a.id) as objects
       from leasehold.archives a where id = $1`,
      [id],
    );
  }

  async addPage(tx: Tx, tenantId: string, id: string, page: WrittenPage): Promise<void> {
    await rows(
      tx,
      `insert into leasehold.archive_objects (tenant_id, archive_id, number, bytes, sha256)
       select $1, $2, * from unnest($3::int[], $4::bigint[], $5::text[])`,
      [
        tenantId,
        id,
        page.objects.map(({ number }) => number),
        page.objects.map(({ bytes }) => bytes),
        page.objects.map(({ sha256 }) => sha256),
      ],
    );
    const bytes = page.objects.reduce((sum, object) => sum + object.bytes, 0);
    await rows(
      tx,
      'update leasehold.archives set rows = rows + $2, bytes = bytes + $3, next_place = $4 where id = $1',
      [id, page.rows, bytes, page.next ?? null],
    );
  }

  async complete(tx: Tx, id: string, sha256: string): Promise<void> {
    await rows(
      tx,
      `update leasehold.archives set state = 'complete', sha256 = $2, completed_at = now(),
         expires_at = now() + keep_days * interval '1 day' where id = $1 and state <> 'complete'`,
      [id, sha256],
    );
  }

  /** A failed one that is resumed is being written again. */
  async setState(tx: Tx, id: string, state: 'writing' | 'failed'): Promise<void> {
    await rows(tx, `update leasehold.archives set state = $2 where id = $1 and state <> 'complete'`, [
      id,
      state,
    ]);
  }

  /** Hides it from its callers; the keeper takes its objects away. */
  async remove(tx: Tx, id: string): Promise<void> {
    await rows(tx, 'update leasehold.archives set removed_at = now() where id = $1', [id]);
  }

  /** Forgets it, when its objects are gone. */
  async forget(tx: Tx, id: string): Promise<void> {
    await rows(tx, 'delete from leasehold.archives where id = $1', [id]);
  }

  /** Forgets all of a tenant's. */
  async removeAll(tx: Tx, tenantId: string): Promise<void> {
    await rows(tx, 'delete from leasehold.archives where tenant_id = $1', [tenantId]);
  }
}

function toArchive(found: ArchiveRow): Archive {
  return {
    id: found.id,
    tenantId: found.tenant_id,
    purpose: found.purpose,
    cause: found.cause,
    state: found.state,
    operationId: found.operation_id,
    cell: found.cell,
    rows: Number(found.rows),
    bytes: Number(found.bytes),
    sha256: found.sha256,
    createdAt: found.created_at,
    completedAt: found.completed_at,
    expiresAt: found.expires_at,
  };
}
