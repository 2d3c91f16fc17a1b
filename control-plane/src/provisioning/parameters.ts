import { z } from 'zod';

/** What every operation on a tenant is told: the rest is read when it is needed, so that a resumed one sees what is true. */
export const tenantParameters = z.strictObject({ tenantId: z.string() });
export type TenantParameters = z.infer<typeof tenantParameters>;

export const cellParameters = z.strictObject({ cell: z.string() });
export type CellParameters = z.infer<typeof cellParameters>;
