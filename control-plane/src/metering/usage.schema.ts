import { z } from 'zod';

const count = z.int().min(0);

/** What is counted, in the units that a bill can name. */
export const usageCounts = {
  requests: count.describe(
    'Requests that the edge has sent to the client’s workload or answered from its cache.',
  ),
  errors: count.describe('Of them, answered with 500 or above.'),
  requestBytes: count.describe('Of the requests’ bodies, as they passed the edge.'),
  responseBytes: count.describe('Of the answers’ bodies, as they passed the edge.'),
  podSeconds: z.number().min(0).describe('Seconds that pods were awake, added up over pods.'),
  dataCalls: count.describe('Calls of pods to the data gateway.'),
  rowsRead: count,
  bytesRead: count,
  rowsWritten: count,
  bytesWritten: count,
  tokens: count.describe('Units that the product has charged its users, refunds not taken off.'),
};
export const usageMeters = [
  'requests',
  'errors',
  'requestBytes',
  'responseBytes',
  'podSeconds',
  'dataCalls',
  'rowsRead',
  'bytesRead',
  'rowsWritten',
  'bytesWritten',
  'tokens',
] as const;
export type UsageMeter = (typeof usageMeters)[number];
export type UsageCounts = Readonly<Record<UsageMeter, number>>;

const limitState = z.object({
  meter: z.enum(['requestsPerMonth', 'bytesWrittenPerMonth', 'storedBytes']),
  used: count,
  limit: count,
  hard: z.boolean().describe('Whether what goes beyond it is refused.'),
});
export type LimitState = z.output<typeof limitState>;

export const usageSchema = z
  .object({
    from: z.iso.datetime(),
    to: z.iso.datetime(),
    items: z.array(z.object({ period: z.iso.datetime().describe('Its first moment.'), ...usageCounts })),
    totals: z.object(usageCounts),
    stored: z
      .object({ rows: count, bytes: count, measuredAt: z.iso.datetime() })
      .nullable()
      .describe('What the client’s rows hold; null before they were measured.'),
    limits: z.array(limitState).describe('How much of the plan’s limits is used, in this month.'),
  })
  .meta({ id: 'Usage' });
export type UsageView = z.output<typeof usageSchema>;

const moment = z.iso.datetime({ offset: true, error: 'must be a time such as 2026-01-31T09:00:00Z' });

export const usageQuery = z.strictObject({
  from: moment.optional().describe('The first moment; the first of this month unless given.'),
  to: moment.optional().describe('The moment behind the last; now unless given.'),
  per: z.enum(['hour', 'day', 'month']).default('day').describe('How long a period is.'),
});
export type UsageQuery = z.output<typeof usageQuery>;
