import { onlyRow, row, type Tx } from '../platform/unit-of-work.js';
import type { StoredBranding } from './branding.repository.js';

export interface DraftRecord {
  readonly version: number;
  /** Undefined when there is no draft now. */
  readonly spec: StoredBranding | undefined;
  readonly basedOn: number;
  readonly updatedAt: Date;
}

interface DraftRow {
  readonly version: string;
  readonly spec: StoredBranding | null;
  readonly based_on: string;
  readonly updated_at: Date;
}

const columns = 'version, spec, based_on, updated_at';

export class DraftsRepository {
  async find(tx: Tx, tenantId: string): Promise<DraftRecord | undefined> {
    const found = await row<DraftRow>(
      tx,
      `select ${columns} from leasehold.branding_drafts where tenant_id = $1`,
      [tenantId],
    );
    return found && toRecord(found);
  }

  async save(tx: Tx, tenantId: string, spec: StoredBranding, basedOn: number): Promise<DraftRecord> {
    return toRecord(
      await onlyRow<DraftRow>(
        tx,
        `insert into leasehold.branding_drafts (tenant_id, version, spec, based_on) values ($1, 1, $2, $3)
         on conflict (tenant_id) do update set version = branding_drafts.version + 1, spec = excluded.spec,
           based_on = excluded.based_on, updated_at = now()
         returning ${columns}`,
        [tenantId, JSON.stringify(spec), basedOn],
      ),
    );
  }

  /** Its version stays, so that an entity tag never comes again. */
  async discard(tx: Tx, tenantId: string): Promise<void> {
    await row(
      tx,
      `update leasehold.branding_drafts set version = version + 1, spec = null, updated_at = now()
       where tenant_id = $1 and spec is not null returning 1`,
      [tenantId],
    );
  }
}

function toRecord(found: DraftRow): DraftRecord {
  return {
    version: Number(found.version),
    spec: found.spec ?? undefined,
    basedOn: Number(found.based_on),
    updatedAt: found.updated_at,
  };
}
