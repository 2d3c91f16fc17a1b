import * as z from 'zod/mini';
import { problem, type Reply } from '../http/reply.js';

/** What the platform refuses for a tenant whose plan is used up: the object `quota.json` beside the branding. */
const document = z.object({
  blocked: z.array(
    z.object({
      /** `all` requests, or those that `write`. */
      requests: z.enum(['all', 'write']),
      status: z.literal([402, 429]),
      /** What the caller reads. */
      message: z.string(),
      /** When the limit begins anew; null when only a larger plan helps. */
      until: z.nullable(z.iso.datetime()),
    }),
  ),
});

export type Quota = z.infer<typeof document>;

export const noQuota: Quota = { blocked: [] };

/** @throws Error when the text is not what the platform publishes. */
export function parseQuota(text: string): Quota {
  const parsed = document.safeParse(JSON.parse(text));
  if (!parsed.success) throw new Error('The object quota.json is not what the platform publishes.');
  return parsed.data;
}

const readingMethods = new Set(['GET', 'HEAD', 'OPTIONS']);

/** The refusal of a request by its method; undefined when the plan has room for it. @param now milliseconds since 1970 */
export function quotaRefusal({ blocked }: Quota, method: string, now: number): Reply | undefined {
  for (const { requests, status, message, until } of blocked) {
    if (requests === 'write' && readingMethods.has(method)) continue;
    if (until === null) return problem(status, 'plan_limit_reached', message);
    const seconds = Math.ceil((Date.parse(until) - now) / 1000);
    // The limit has begun anew; the platform will say so soon.
    if (seconds > 0)
      return problem(status, 'plan_limit_reached', message, { 'retry-after': String(seconds) });
  }
  return undefined;
}
