import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { assetPath, securityHeaders, type Logger, type Reply } from '@leasehold/tenant-kit';
import type { BrandingCache } from './branding-cache.js';
import { holdingProblem, holdingReply } from './holding-page.js';

const tenantId = /^ten_[0-9a-z]{26}$/;
/** Longer than the load balancer keeps its idle connections: https://cloud.google.com/load-balancing/docs/https#timeout-keepalive-backends */
const keepAliveTimeout = 620_000;

/**
 * Answers every path of every suspended client with its holding page; whose it is says the header that the client's route sets.
 * Only the health paths are the server's own, and only where no route has set the header.
 */
export function createHoldingServer(
  brandings: Pick<BrandingCache, 'of' | 'picturesOf'>,
  logger: Logger,
): Server {
  return createServer({ keepAliveTimeout, headersTimeout: 15_000 }, (request, response) => {
    answer(request, brandings)
      .catch((error: unknown) => {
        logger.error('the page could not be written', { error });
        return holdingProblem();
      })
      .then((reply) => {
        send(request, response, reply);
      })
      .catch((error: unknown) => {
        logger.warn('an answer could not be sent', { error });
        response.destroy();
      });
  });
}

async function answer(
  request: IncomingMessage,
  brandings: Pick<BrandingCache, 'of' | 'picturesOf'>,
): Promise<Reply> {
  const tenant = request.headers['leasehold-tenant'];
  if (tenant === undefined) return withoutTenant(request.url ?? '/');
  if (typeof tenant !== 'string' || !tenantId.test(tenant)) return holdingProblem();
  const { url = '/', method = 'GET' } = request;
  if (url.startsWith(assetPath) && (method === 'GET' || method === 'HEAD')) {
    return brandings.picturesOf(tenant).answer(url.slice(assetPath.length));
  }
  if (!wantsPage(request)) return holdingProblem();
  return holdingReply(await brandings.of(tenant));
}

function withoutTenant(url: string): Reply {
  if (url === '/healthz/live' || url === '/healthz/ready')
    return {
      status: 200,
      headers: { 'content-type': 'text/plain', 'cache-control': 'no-store' },
      body: 'ok',
    };
  return holdingProblem();
}

/** A browser names HTML; what takes anything at `/` (a probe, curl) is shown the page as well. */
function wantsPage({ method, url, headers: { accept } }: IncomingMessage): boolean {
  if (method !== 'GET' && method !== 'HEAD') return false;
  return accept?.includes('text/html') === true || url === '/';
}

function send(request: IncomingMessage, response: ServerResponse, { status, headers, body }: Reply): void {
  request.resume();
  response.writeHead(status, {
    ...securityHeaders,
    ...headers,
    'content-length': Buffer.byteLength(body ?? ''),
  });
  response.end(request.method === 'HEAD' ? undefined : body);
}
