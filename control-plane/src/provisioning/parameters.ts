import { z } from 'zod';

/** What every operation on a tenant is told: the rest is read when it is needed, so that a resumed one sees what is true. */
export const tenantParameters = z.strictObject({ tenantId: z.string() });
export type TenantParameters = z.infer<typeof tenantParameters>;

/** The archive that is written. */
export const archiveParameters = z.strictObject({ tenantId: z.string(), archiveId: z.string() });
export type ArchiveParameters = z.infer<typeof archiveParameters>;

/** The archive that is read, and the one in which the present is put aside. */
export const restoreParameters = archiveParameters.extend({ safeguardId: z.string() });
export type RestoreParameters = z.infer<typeof restoreParameters>;

/** From which cell to which; the archive carries the rows. */
export const moveParameters = z.strictObject({
  tenantId: z.string(),
  from: z.string(),
  to: z.string(),
  archiveId: z.string(),
});
export type MoveParameters = z.infer<typeof moveParameters>;

export const cellParameters = z.strictObject({ cell: z.string() });
export type CellParameters = z.infer<typeof cellParameters>;
