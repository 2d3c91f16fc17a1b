import type { NestFastifyApplication } from '@nestjs/platform-fastify';

/** A connection that was busy when the closing began (a stream, say) is idle soon after, and nobody else would close it. */
export async function closeServer(nest: NestFastifyApplication): Promise<void> {
  const server = nest.getHttpAdapter().getInstance().server;
  const sweep = setInterval(() => {
    server.closeIdleConnections();
  }, 50);
  try {
    await nest.close();
  } finally {
    clearInterval(sweep);
  }
}
