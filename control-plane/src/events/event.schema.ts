import { z } from 'zod';

/** An event as the API shows it, in streams and timelines. */
export const eventSchema = z
  .object({
    position: z.int().describe('Its place in the stream; what Last-Event-ID holds.'),
    id: z.string(),
    type: z.string(),
    at: z.iso.datetime(),
    tenantId: z.string().nullable(),
    operationId: z.string().nullable(),
    data: z.record(z.string(), z.unknown()),
  })
  .meta({ id: 'Event' });
