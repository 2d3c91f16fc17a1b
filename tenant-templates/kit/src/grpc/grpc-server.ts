import { createServer, type Http2Server, type ServerHttp2Session } from 'node:http2';
import type { RequestTracer } from '../tracing/request-tracer.js';
import type { GrpcApp } from './grpc-app.js';

/**
 * A gRPC server on HTTP/2 in plain text (h2c), as the edge speaks it. On `node:http2` alone: `@grpc/grpc-js` with its loader
 * takes five times as long to load, and 16 MB more, before a pod's first answer.
 */
export class GrpcServer {
  readonly #sessions = new Set<ServerHttp2Session>();
  readonly #server: Http2Server;

  constructor(private readonly app: GrpcApp) {
    this.#server = createServer({
      settings: { initialWindowSize: 1024 * 1024, maxConcurrentStreams: 1000, enablePush: false },
    });
    this.#server.on('session', (session) => {
      this.#sessions.add(session);
      session.once('close', () => this.#sessions.delete(session));
      session.on('error', () => undefined);
    });
    this.#server.on('stream', app.handle);
  }

  /** From now on each call is a part of a trace. */
  traceWith(tracer: RequestTracer): void {
    this.app.traceWith(tracer);
  }

  /** Listens; the port that was taken is the answer (port 0 takes a free one). */
  listen(port: number, host: string | undefined): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen({ port, host, backlog: 1024 }, () => {
        this.#server.off('error', reject);
        const address = this.#server.address();
        resolve(typeof address === 'object' && address !== null ? address.port : port);
      });
    });
  }

  /** Sends GOAWAY, waits for the calls under way, cuts what is left at the deadline; false when it had to. */
  async drain(deadlineMs: number): Promise<boolean> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    for (const session of this.#sessions) session.close();
    this.app.endStreams();
    let inTime = true;
    const timer = setTimeout(() => {
      inTime = false;
      for (const session of this.#sessions) session.destroy();
    }, deadlineMs);
    await closed;
    clearTimeout(timer);
    return inTime;
  }
}
