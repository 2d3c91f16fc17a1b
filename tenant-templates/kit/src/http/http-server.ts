import { createServer, type Server } from 'node:http';
import type { HttpApp } from './http-app.js';

/**
 * Longer than the load balancer keeps its idle connections (600 s), so that it is the one that closes them:
 * https://cloud.google.com/load-balancing/docs/https#timeout-keepalive-backends
 */
const keepAliveMs = 620_000;
const headersMs = 15_000;
const requestMs = 30_000;

/** A server with time limits for slow senders; not listening yet. */
export function newHttpServer(app: HttpApp): Server {
  return createServer(
    { keepAliveTimeout: keepAliveMs, headersTimeout: headersMs, requestTimeout: requestMs },
    app.handle,
  );
}

/** Listens; the port that was taken is the answer (port 0 takes a free one). */
export async function listen(server: Server, port: number, host: string | undefined): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, host, backlog: 1024 }, () => {
      server.off('error', reject);
      resolve();
    });
  });
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : port;
}

/** Takes no new connection and waits for the answers under way; true when all of them ended before the deadline. */
export async function drain(server: Server, app: HttpApp, deadlineMs: number): Promise<boolean> {
  app.closeAfterAnswers(() => server.closeIdleConnections());
  let timer: NodeJS.Timeout | undefined;
  const closed = new Promise<boolean>((resolve) => server.close(() => resolve(true)));
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), deadlineMs);
  });
  const inTime = await Promise.race([closed, late]);
  clearTimeout(timer);
  if (!inTime) server.closeAllConnections();
  return inTime;
}
