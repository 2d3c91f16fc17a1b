import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { z } from 'zod';

export interface Received {
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  readonly body: {
    readonly type: string;
    readonly tenantId?: string | null | undefined;
    readonly data: unknown;
  };
}

export interface Endpoint {
  readonly url: string;
  readonly received: readonly Received[];
  /** How it answers from now on: a status, `cut` the connection, or `silence`. */
  answer(how: number | 'cut' | 'silence'): void;
  stop(): Promise<void>;
}

const address = z.object({ port: z.number() });
const message = z.looseObject({ type: z.string(), tenantId: z.string().nullish(), data: z.unknown() });
const single = z.record(z.string(), z.string().catch(''));

/** A receiver of webhooks on a port of its own. */
export async function startEndpoint(): Promise<Endpoint> {
  const received: Received[] = [];
  let how: number | 'cut' | 'silence' = 200;
  const take = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(z.instanceof(Buffer).parse(chunk));
    const text = Buffer.concat(chunks).toString();
    received.push({ headers: single.parse(request.headers), text, body: message.parse(JSON.parse(text)) });
    if (how === 'cut') request.socket.destroy();
    else if (how !== 'silence') response.writeHead(how).end();
  };
  const server = createServer((request, response) => {
    take(request, response).catch((error: unknown) =>
      response.destroy(error instanceof Error ? error : undefined),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${address.parse(server.address()).port}/hook`,
    received,
    answer: (next) => {
      how = next;
    },
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
