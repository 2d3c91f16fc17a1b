import type { ReadinessCheck } from './health/readiness.js';
import { json, text, type Reply } from './http/reply.js';
import type { Route } from './http/route.js';
import type { Metrics } from './metrics/metrics.js';

export interface PlatformParts {
  manifest: { health: { live: string; ready: string } };
  readiness: ReadinessCheck;
  /** Accepted work that is not finished. */
  pending: () => number;
  metrics: Metrics;
  page: () => Promise<Reply>;
  /** The page of a draft, for whoever has the link's token. */
  preview: (token: string) => Promise<Reply>;
}

const noStore = { 'cache-control': 'no-store' };

/** The routes that every workload has. */
export function platformRoutes(parts: PlatformParts): Route[] {
  const { manifest, metrics, page, preview } = parts;
  return [
    {
      path: '/',
      methods: {
        GET: ({ query }) => {
          const token = query.get('branding-preview');
          return token === null ? page() : preview(token);
        },
      },
    },
    { path: manifest.health.live, unlimited: true, methods: { GET: () => text('ok', noStore) } },
    { path: manifest.health.ready, unlimited: true, methods: { GET: () => ready(parts) } },
    {
      path: '/metrics',
      unlimited: true,
      methods: {
        GET: () => text(metrics.expose(), { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' }),
      },
    },
  ];
}

/** A pod that names work in the header is not put to sleep by the platform. */
async function ready({ readiness, pending }: PlatformParts): Promise<Reply> {
  const answer = await readiness.check();
  const reply = json(answer, answer.ready ? 200 : 503);
  return { ...reply, headers: { ...reply.headers, ...noStore, 'leasehold-pending-work': String(pending()) } };
}
