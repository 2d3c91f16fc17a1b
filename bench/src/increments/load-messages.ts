import { z } from 'zod';

/** What the generator is told to send. */
export const loadSchema = z.object({
  ports: z.array(z.int()),
  connections: z.int(),
  /** The bytes of each request. */
  request: z.string(),
  requests: z.int(),
  keepBodies: z.boolean(),
});
export type Load = z.infer<typeof loadSchema>;

/** How far it is, told a few times a second. */
export const progressSchema = z.object({ accepted: z.int(), at: z.number() });
export type Progress = z.infer<typeof progressSchema>;

export const loadResultSchema = z.object({
  statuses: z.record(z.string(), z.int()),
  /** Requests that got no answer. */
  lost: z.int(),
  /** Requests answered with 200. */
  perSecond: z.number(),
  p50: z.number(),
  p99: z.number(),
  bodies: z.array(z.string()),
});
export type LoadResult = z.infer<typeof loadResultSchema>;
