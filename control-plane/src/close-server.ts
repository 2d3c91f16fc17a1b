import type { NestFastifyApplication } from '@nestjs/platform-fastify';

const sweepMs = 50;

/**
 * Takes no new connection and waits for the answers under way.
 * @param closeQuiet closes the connections without one. Those that were busy when the closing began (a stream, say) are
 * quiet soon after, and nobody else would close them.
 */
export async function closeServer(nest: NestFastifyApplication, closeQuiet: () => void): Promise<void> {
  const sweep = setInterval(closeQuiet, sweepMs);
  try {
    await nest.close();
  } finally {
    clearInterval(sweep);
  }
}
