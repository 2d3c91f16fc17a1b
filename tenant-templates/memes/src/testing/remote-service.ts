import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';

export interface Seen {
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** A service of somebody else on loopback, which answers as the test says. */
export class RemoteService implements AsyncDisposable {
  readonly seen: Seen[] = [];
  /** Answers a request; undefined leaves it without an answer. */
  answer: (seen: Seen) => { status?: number; headers?: Record<string, string>; body: string } | undefined =
    () => ({ status: 404, body: '{}' });

  private constructor(private readonly server: Server) {}

  static async start(): Promise<RemoteService> {
    const server = createServer((request, response) => void service.take(request, response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const service: RemoteService = new RemoteService(server);
    return service;
  }

  get url(): string {
    const address = this.server.address();
    if (typeof address !== 'object' || address === null) throw new Error('The service does not listen.');
    return `http://127.0.0.1:${address.port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) if (Buffer.isBuffer(chunk)) chunks.push(chunk);
    const body = Buffer.concat(chunks).toString('utf8');
    const seen = { url: request.url ?? '', headers: request.headers, body };
    this.seen.push(seen);
    const answer = this.answer(seen);
    if (answer === undefined) return;
    response.writeHead(answer.status ?? 200, { 'content-type': 'application/json', ...answer.headers });
    response.end(answer.body);
  }
}

/** What a provider that speaks OpenAI's chat completions answers. */
export function completion(content: string | null, more: object = {}): { body: string } {
  const message = { role: 'assistant', content, refusal: null, ...more };
  return {
    body: JSON.stringify({
      id: 'c',
      object: 'chat.completion',
      choices: [{ index: 0, message, finish_reason: 'stop' }],
    }),
  };
}
