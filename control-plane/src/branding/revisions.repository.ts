import { mapPage, type ListRequest } from '../platform/lists/list.js';
import type { Page } from '../platform/lists/page.js';
import { row, rows, type Tx } from '../platform/unit-of-work.js';
import type { StoredBranding } from './branding.repository.js';

/** Older ones are forgotten. */
const keptRevisions = 100;

export type RevisionOrigin = 'created' | 'changed' | 'draft' | 'restored';

export interface RevisionRecord {
  readonly revision: number;
  readonly spec: StoredBranding;
  readonly actor: string;
  readonly origin: RevisionOrigin;
  readonly restoredFrom: number | null;
  readonly createdAt: Date;
}

interface RevisionRow {
  readonly revision: string;
  readonly spec: StoredBranding;
  readonly actor: string;
  readonly origin: RevisionOrigin;
  readonly restored_from: string | null;
  readonly created_at: Date;
}

const columns = 'revision, spec, actor, origin, restored_from, created_at';

export type NewRevision = Omit<RevisionRecord, 'createdAt'>;

export class RevisionsRepository {
  async insert(tx: Tx, tenantId: string, made: NewRevision): Promise<void> {
    await rows(
      tx,
      `insert into leasehold.branding_revisions (tenant_id, revision, spec, actor, origin, restored_from)
       values ($1, $2, $3, $4, $5, $6)`,
      [tenantId, made.revision, JSON.stringify(made.spec), made.actor, made.origin, made.restoredFrom],
    );
    if (made.revision <= keptRevisions) return;
    await rows(tx, 'delete from leasehold.branding_revisions where tenant_id = $1 and revision <= $2', [
      tenantId,
      made.revision - keptRevisions,
    ]);
  }

  async find(tx: Tx, tenantId: string, revision: number): Promise<RevisionRecord | undefined> {
    const found = await row<RevisionRow>(
      tx,
      `select ${columns} from leasehold.branding_revisions where tenant_id = $1 and revision = $2`,
      [tenantId, revision],
    );
    return found && toRecord(found);
  }

  async page(tx: Tx, tenantId: string, request: ListRequest): Promise<Page<RevisionRecord>> {
    const found = await request.page<RevisionRow>(tx, {
      sql: `select ${columns}, revision::text as key from leasehold.branding_revisions where tenant_id = $1`,
      parameters: [tenantId],
    });
    return mapPage(found, toRecord);
  }
}

function toRecord(found: RevisionRow): RevisionRecord {
  return {
    revision: Number(found.revision),
    spec: found.spec,
    actor: found.actor,
    origin: found.origin,
    restoredFrom: found.restored_from === null ? null : Number(found.restored_from),
    createdAt: found.created_at,
  };
}
