import { constants, type IncomingHttpHeaders, type ServerHttp2Stream } from 'node:http2';
import { requestIdOf } from '../http/request-id.js';
import { traceparentOf, type RequestSpan } from '../tracing/request-tracer.js';
import { onlyMessage } from './frames.js';
import type { GrpcCall } from './grpc-services.js';
import { GrpcError, Status } from './status.js';

/** Why a call ended before its answer. */
export type EndReason = typeof Status.cancelled | typeof Status.deadlineExceeded | typeof Status.unavailable;

/** A call whose costly parts are made only when its method asks for them. */
export class IncomingCall implements GrpcCall {
  #abort: AbortController | undefined;
  #ended: EndReason | undefined;
  #requestId: string | undefined;
  /** While calls are traced. */
  span: RequestSpan | undefined;

  constructor(
    private readonly stream: ServerHttp2Stream,
    readonly metadata: IncomingHttpHeaders,
  ) {}

  get requestId(): string {
    return (this.#requestId ??= requestIdOf(this.metadata['x-request-id']));
  }

  get traceparent(): string | undefined {
    return this.span?.traceparent ?? traceparentOf(this.metadata);
  }

  get signal(): AbortSignal {
    if (this.#abort === undefined) {
      this.#abort = new AbortController();
      if (this.#ended !== undefined) this.#abort.abort();
    }
    return this.#abort.signal;
  }

  /** Why the call ended early; undefined while it has not. */
  get ended(): EndReason | undefined {
    return this.#ended;
  }

  /** Ends the call early. */
  end(reason: EndReason): void {
    this.#ended ??= reason;
    this.#abort?.abort();
  }

  /**
   * The request's only message.
   * @throws GrpcError when it is too long, not well framed, or cut off.
   */
  message(limitBytes: number): Promise<Buffer> {
    const { stream } = this;
    return new Promise((resolve, reject) => {
      const chunks: Buffer[] = [];
      let size = 0;
      stream.on('data', (chunk: Buffer) => {
        size += chunk.length;
        if (size <= limitBytes) chunks.push(chunk);
        else reject(tooLong(limitBytes));
      });
      stream.once('end', () => {
        try {
          resolve(onlyMessage(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)));
        } catch (error) {
          reject(error instanceof Error ? error : new Error(String(error)));
        }
      });
      stream.once('close', () => reject(new GrpcError(Status.cancelled, 'The call was cancelled.')));
    });
  }

  /** Lets go of the rest of a request that was answered before it had ended. */
  dropRest(): void {
    if (!this.stream.readableEnded && !this.stream.destroyed && this.stream.writableEnded)
      this.stream.close(constants.NGHTTP2_NO_ERROR);
  }
}

function tooLong(limitBytes: number): GrpcError {
  return new GrpcError(Status.resourceExhausted, `A message must not be longer than ${limitBytes} bytes.`);
}
