import { z } from 'zod';

/** What a certificate says of an erasure. */
export const erasureFacts = z.object({
  kind: z.enum(['purge', 'move']).describe('All of the tenant, or what a cell had that it has left.'),
  tenantId: z.string(),
  slug: z.string(),
  operationId: z.string(),
  cell: z.string(),
  prefix: z.string().nullable().describe('The row-key prefix; null when none was reserved.'),
  rows: z.int().describe('Rows that were there before.'),
  proof: z
    .enum(['empty scan', 'shared rows'])
    .describe('A scan of the whole prefix found no row afterwards.'),
  archiveObjects: z.int().describe('Objects of backups and exports.'),
});
export type ErasureFacts = z.output<typeof erasureFacts>;
