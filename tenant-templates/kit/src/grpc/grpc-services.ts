import type { IncomingHttpHeaders } from 'node:http2';

/** One call as a method sees it. */
export interface GrpcCall {
  readonly metadata: IncomingHttpHeaders;
  readonly requestId: string;
  /** Of the call's span while calls are traced, else the caller's own: for calls that are made on its behalf. */
  readonly traceparent: string | undefined;
  /** Aborts when the caller cancels or goes, at its deadline, and when the pod stops. */
  readonly signal: AbortSignal;
}

/** Answers a message with a message. @throws GrpcError to end the call with its status. */
export type UnaryMethod = (message: Buffer, call: GrpcCall) => Buffer | Promise<Buffer>;

/** Answers a message with messages, one by one, as fast as the caller takes them. */
export type StreamMethod = (message: Buffer, call: GrpcCall) => AsyncIterable<Buffer>;

export type GrpcMethod = { readonly unary: UnaryMethod } | { readonly stream: StreamMethod };

/** The methods that a workload answers on its gRPC port. */
export interface GrpcServices {
  /** By path, `/package.Service/Method`. */
  readonly methods: Readonly<Record<string, GrpcMethod>>;
}
