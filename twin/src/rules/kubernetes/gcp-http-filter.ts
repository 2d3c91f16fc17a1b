import { resourceTypes } from '../../inventory/resource-types.js';
import { at, type JsonObject } from '../../inventory/json.js';
import { filledText, flag, integer, list, object, oneOf, text, type Report } from '../shape/shape.js';
import { objectRule } from './object-rule.js';

// docs.cloud.google.com/kubernetes-engine/docs/how-to/configure-cdn-for-gateway

const duration = text((value) => (/^\d+s$/.test(value) ? undefined : 'must be seconds such as 3600s'));
const names = list(filledText);

const cacheKeyPolicy = object(
  {},
  {
    includeHost: flag,
    includeProtocol: flag,
    includeQueryString: flag,
    includedQueryParameters: names,
    excludedQueryParameters: names,
    includedHeaderNames: names,
    includedCookieNames: names,
  },
  (value, path, report) => {
    if (Object.hasOwn(value, 'includedQueryParameters') && Object.hasOwn(value, 'excludedQueryParameters')) {
      report(path, 'must not have both includedQueryParameters and excludedQueryParameters');
    }
  },
);

// The cache follows the origin's headers in this mode (cloud.google.com/cdn/docs/using-ttl-overrides).
function checkTimes(policy: JsonObject, path: string, report: Report): void {
  if (at(policy, 'cacheMode') !== 'USE_ORIGIN_HEADERS') return;
  for (const field of ['defaultTTL', 'maxTTL', 'clientTTL']) {
    if (Object.hasOwn(policy, field)) report(`${path}.${field}`, 'must not be set for USE_ORIGIN_HEADERS');
  }
}

const cachePolicy = object(
  {},
  {
    cacheMode: oneOf('CACHE_ALL_STATIC', 'USE_ORIGIN_HEADERS', 'FORCE_CACHE_ALL'),
    defaultTTL: duration,
    maxTTL: duration,
    clientTTL: duration,
    serveWhileStale: duration,
    requestCoalescing: flag,
    negativeCaching: flag,
    negativeCachingPolicy: list(object({ code: integer(300, 599) }, { ttl: duration })),
    bypassCacheOnRequestHeaders: names,
    cacheKeyPolicy,
  },
  checkTimes,
);

/** networking.gke.io/v1 GCPHTTPFilter: Cloud CDN for the routes that refer to it. */
export const rule = objectRule({
  token: resourceTypes.gcpHttpFilter,
  required: { spec: object({ cachePolicy }) },
});
