import { z } from 'zod';
import { resourceTypes } from '../../inventory/resource-types.js';
import type { ResourceReader } from '../../mirror/inventory-mirror.js';
import { specReader } from '../../mirror/parsed.js';

/** How the CDN treats the answers of a route: the part of a GCPHTTPFilter that the edge acts on. */
export interface CachePolicy {
  coalesce: boolean;
  keyHasProtocol: boolean;
  keyHasQuery: boolean;
}

/** Another mode than the origin's own word is refused nowhere, and cached nowhere either. */
const filterSchema = z.object({
  spec: z.object({
    cachePolicy: z.object({
      cacheMode: z.literal('USE_ORIGIN_HEADERS'),
      requestCoalescing: z.boolean().default(true),
      cacheKeyPolicy: z
        .object({ includeProtocol: z.boolean().default(true), includeQueryString: z.boolean().default(true) })
        .default({ includeProtocol: true, includeQueryString: true }),
    }),
  }),
});
const readFilter = specReader(filterSchema);

/** The policy of a GCPHTTPFilter; undefined when it is not there, or asks for what the edge does not do. */
export function cachePolicy(
  mirror: ResourceReader,
  namespace: string,
  name: string,
): CachePolicy | undefined {
  const resource = mirror.get({ type: resourceTypes.gcpHttpFilter, scope: namespace, name });
  const policy = resource && readFilter(resource)?.spec.cachePolicy;
  return (
    policy && {
      coalesce: policy.requestCoalescing,
      keyHasProtocol: policy.cacheKeyPolicy.includeProtocol,
      keyHasQuery: policy.cacheKeyPolicy.includeQueryString,
    }
  );
}
