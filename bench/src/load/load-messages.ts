import { z } from 'zod';

/** What the generator is told to send. */
export const loadSchema = z.object({
  ports: z.array(z.int()),
  connections: z.int(),
  /** The bytes of each request; the placeholders `{token}` and `{key}` stand for what differs. */
  request: z.string(),
  requests: z.int(),
  /** Request `n` has token `n` modulo their number. */
  tokens: z.array(z.string()),
  /** Request `n` has the key `n` modulo this; 0: as many as there are requests. */
  differentKeys: z.int(),
  /** Whether what gets no answer, or 503, is sent again until it is answered. */
  again: z.boolean(),
  keepBodies: z.boolean(),
});
export type Load = z.infer<typeof loadSchema>;

/** How far it is, told a few times a second. */
export const progressSchema = z.object({ accepted: z.int(), at: z.number() });
export type Progress = z.infer<typeof progressSchema>;

export const loadResultSchema = z.object({
  statuses: z.record(z.string(), z.int()),
  /** Requests whose connection ended without an answer. */
  lost: z.int(),
  /** Requests answered with 200. */
  perSecond: z.number(),
  p50: z.number(),
  p99: z.number(),
  bodies: z.array(z.string()),
});
export type LoadResult = z.infer<typeof loadResultSchema>;
