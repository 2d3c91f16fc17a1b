import { fastify } from 'fastify';
import { noKeys } from './caller.js';
import { pulumiApi } from './pulumi-api.plugin.js';
import type { PulumiService } from './pulumi-service.js';

export interface PrivateListener {
  /** What the CLI calls its backend: `http://127.0.0.1:<port>`. */
  readonly url: string;
  close(): Promise<void>;
}

/** The service on a loopback port of its own, for the runs that this process drives; API keys are worth nothing there. */
export async function listenPrivately(service: PulumiService): Promise<PrivateListener> {
  const app = fastify({ logger: false, forceCloseConnections: true });
  await app.register(pulumiApi(service, noKeys), { prefix: '/api' });
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  return { url, close: () => app.close() };
}
