import { brandedPage, type Branding, type Reply } from '@leasehold/tenant-kit';

/** Seconds after which a visitor's program may look again. */
const retryAfterSeconds = 300;

const html = `<h2>We are not available at the moment</h2>
<p>This service is paused. Nothing has been lost: it will be here again, with everything that was in it.</p>`;

/** The page of a suspended client: its branding, 503, and never kept by a cache. */
export function holdingReply(branding: Branding): Reply {
  const { headers, ...page } = brandedPage(branding, { html, styles: [], scripts: [] });
  const kept = Object.entries(headers ?? {}).filter(([name]) => name !== 'etag');
  return {
    ...page,
    status: 503,
    headers: {
      ...Object.fromEntries(kept),
      'cache-control': 'no-store',
      'retry-after': String(retryAfterSeconds),
    },
  };
}

/** For programs, which read no page: the same as a problem document (RFC 9457). */
export function holdingProblem(): Reply {
  const detail = 'This service is paused; nothing has been lost.';
  return {
    status: 503,
    headers: {
      'content-type': 'application/problem+json',
      'cache-control': 'no-store',
      'retry-after': String(retryAfterSeconds),
    },
    body: JSON.stringify({ type: 'about:blank', title: 'Suspended', status: 503, code: 'suspended', detail }),
  };
}
