import { z } from 'zod';
import { problemSchema } from '../../openapi/problem.schema.js';
import type { Problem } from '../../platform/http/problem.js';

export const mostRows = 1000;

/** Each item is judged on its own, so that one bad row does not keep the others out. */
export const batchBody = z
  .strictObject({
    items: z
      .array(z.record(z.string(), z.unknown()))
      .min(1)
      .max(mostRows)
      .describe('Each one as the body of POST /v1/tenants.'),
  })
  .meta({ id: 'TenantBatch' });
export type BatchBody = z.output<typeof batchBody>;

export const batchQuery = z.strictObject({
  dryRun: z.enum(['true', 'false']).default('false').describe('Say what would happen, and change nothing.'),
});

export const batchResults = ['accepted', 'updated', 'unchanged', 'refused'] as const;
export type BatchResult = (typeof batchResults)[number];

export const batchRowSchema = z
  .object({
    row: z.int().describe('From 1; of a CSV file its row, in which the header is the first.'),
    slug: z.string().nullable(),
    result: z.enum(batchResults),
    tenantId: z.string().nullable(),
    operationId: z
      .string()
      .nullable()
      .describe('Of the operation that does the work; null when there is none.'),
    changes: z.array(z.string()).describe('The fields in which the client differs from the row.'),
    problem: problemSchema.optional().describe('Why the row was refused.'),
  })
  .meta({ id: 'TenantBatchRow' });
export type BatchRow = Omit<z.output<typeof batchRowSchema>, 'problem'> & { readonly problem?: Problem };

export const batchReportSchema = z
  .object({
    dryRun: z.boolean(),
    counts: z.object({ accepted: z.int(), updated: z.int(), unchanged: z.int(), refused: z.int() }),
    items: z.array(batchRowSchema),
  })
  .meta({ id: 'TenantBatchReport' });
export type BatchReport = Omit<z.output<typeof batchReportSchema>, 'items'> & {
  readonly items: readonly BatchRow[];
};
