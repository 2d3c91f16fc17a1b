import { rows, type Tx } from '../platform/unit-of-work.js';
import type { BrandingPlace } from './branding-objects.js';

export interface LeftPicture extends BrandingPlace {
  readonly name: string;
}

export class LeftPicturesRepository {
  /** Those that nothing has shown for so many hours. */
  async due(tx: Tx, hours: number, limit: number): Promise<LeftPicture[]> {
    return rows(
      tx,
      `select p.tenant_id as "tenantId", t.cell, p.name from leasehold.branding_left_pictures p
       join leasehold.tenants t on t.id = p.tenant_id
       where p.since <= now() - $1 * interval '1 hour' order by p.since limit $2`,
      [hours, limit],
    );
  }

  async remove(tx: Tx, { tenantId, name }: LeftPicture): Promise<void> {
    await rows(tx, 'delete from leasehold.branding_left_pictures where tenant_id = $1 and name = $2', [
      tenantId,
      name,
    ]);
  }
}
