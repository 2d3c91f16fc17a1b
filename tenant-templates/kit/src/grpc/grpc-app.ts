/** From a gRPC call to its answer: routing, limits, deadlines, errors. */
import { performance } from 'node:perf_hooks';
import type { IncomingHttpHeaders, ServerHttp2Stream } from 'node:http2';
import type { Logger } from '../log/logger.js';
import type { Metrics } from '../metrics/metrics.js';
import type { RequestTracer } from '../tracing/request-tracer.js';
import { CallMetrics } from './call-metrics.js';
import { timeoutMs } from './deadline.js';
import { answerError, answerMessage, answerMessages } from './grpc-answer.js';
import type { GrpcMethod, GrpcServices } from './grpc-services.js';
import { IncomingCall, type EndReason } from './incoming-call.js';
import { GrpcError, Status } from './status.js';

export interface GrpcAppOptions {
  services: GrpcServices;
  metrics: Metrics;
  logger: Logger;
  /** Longest message that is read, in bytes. */
  messageLimitBytes: number;
  /** Judges a call before its method sees it. @throws GrpcError (or rejects with one) to refuse it. */
  admit?: (metadata: IncomingHttpHeaders) => void | Promise<void>;
}

interface Entry {
  path: string;
  method: GrpcMethod;
  metrics: CallMetrics;
}

/** A caller that sends half a message must not hold its call for ever. */
const bodyMs = 30_000;

export class GrpcApp {
  private readonly entries: ReadonlyMap<string, Entry>;
  private readonly unknown: CallMetrics;
  private readonly calls = new Set<IncomingCall>();
  private tracer: RequestTracer | undefined;

  constructor(private readonly options: GrpcAppOptions) {
    const { services, metrics } = options;
    this.entries = new Map(
      Object.entries(services.methods).map(([path, method]) => [
        path,
        { path, method, metrics: new CallMetrics(metrics, path) },
      ]),
    );
    this.unknown = new CallMetrics(metrics, 'unknown');
    metrics.gauge('grpc_calls_in_flight', 'Calls being answered.', () => this.calls.size);
  }

  /** From now on each call is a part of a trace. */
  traceWith(tracer: RequestTracer): void {
    this.tracer = tracer;
  }

  /** Ends the streams that would not end by themselves: their callers take them up again elsewhere. */
  endStreams(): void {
    for (const call of this.calls) call.end(Status.unavailable);
  }

  readonly handle = (stream: ServerHttp2Stream, headers: IncomingHttpHeaders): void => {
    const started = performance.now();
    const entry = this.entries.get(headers[':path'] ?? '');
    const call = new IncomingCall(stream, headers);
    call.span = this.tracer?.beginCall({ path: entry?.path, requestId: call.requestId, headers });
    this.calls.add(call);
    let status: number = Status.cancelled;
    stream.on('error', () => undefined);
    stream.once('close', () => {
      this.calls.delete(call);
      const seconds = (performance.now() - started) / 1000;
      const ended = call.ended ?? status;
      (entry?.metrics ?? this.unknown).record(ended, seconds);
      call.span?.end(ended);
      call.end(Status.cancelled);
    });
    void this.answer(entry, call, stream, headers).then(
      (ended) => (status = ended),
      (error: unknown) => {
        status = this.answerFailure(stream, call, error);
      },
    );
  };

  /** Resolves with the status that the call ended with; rejects with what it failed of. */
  private async answer(
    entry: Entry | undefined,
    call: IncomingCall,
    stream: ServerHttp2Stream,
    headers: IncomingHttpHeaders,
  ): Promise<number> {
    if (!isGrpc(headers)) {
      stream.respond({ ':status': 415 }, { endStream: true });
      return Status.internal;
    }
    const limit = timeoutMs(headers['grpc-timeout']);
    const timer = limit === undefined ? undefined : setTimeout(() => this.expire(stream, call), limit);
    try {
      await this.options.admit?.(headers);
      if (entry === undefined) throw unknownMethod(headers);
      stream.setTimeout(bodyMs, () => stream.close());
      const message = await call.message(this.options.messageLimitBytes);
      stream.setTimeout(0);
      await invoke(entry.method, message, call, stream);
      return call.ended ?? Status.ok;
    } finally {
      clearTimeout(timer);
    }
  }

  private expire(stream: ServerHttp2Stream, call: IncomingCall): void {
    call.end(Status.deadlineExceeded);
    answerError(stream, earlyEnd(Status.deadlineExceeded));
  }

  private answerFailure(stream: ServerHttp2Stream, call: IncomingCall, thrown: unknown): number {
    const error = this.asGrpcError(thrown, call);
    answerError(stream, error);
    call.dropRest();
    return error.status;
  }

  private asGrpcError(thrown: unknown, call: IncomingCall): GrpcError {
    if (call.ended !== undefined) return earlyEnd(call.ended);
    if (thrown instanceof GrpcError) return thrown;
    const { requestId } = call;
    this.options.logger.error('a call failed', { requestId, path: call.metadata[':path'], error: thrown });
    return new GrpcError(
      Status.internal,
      `The call failed; the log has the reason under the request id ${requestId}.`,
    );
  }
}

async function invoke(
  method: GrpcMethod,
  message: Buffer,
  call: IncomingCall,
  stream: ServerHttp2Stream,
): Promise<void> {
  if ('unary' in method) {
    const answer = method.unary(message, call);
    answerMessage(stream, answer instanceof Promise ? await answer : answer);
    return;
  }
  await answerMessages(stream, method.stream(message, call), call.signal);
  if (call.ended !== undefined) throw earlyEnd(call.ended);
}

/** PROTOCOL-HTTP2.md, Requests: POST, and a content type that begins so. */
function isGrpc(headers: IncomingHttpHeaders): boolean {
  return (
    headers[':method'] === 'POST' && /^application\/grpc(\+proto)?(;|$)/.test(headers['content-type'] ?? '')
  );
}

function unknownMethod(headers: IncomingHttpHeaders): GrpcError {
  return new GrpcError(Status.unimplemented, `There is no method ${headers[':path'] ?? ''}.`);
}

function earlyEnd(reason: EndReason): GrpcError {
  switch (reason) {
    case Status.deadlineExceeded:
      return new GrpcError(reason, 'The deadline of the call has passed.');
    case Status.unavailable:
      return new GrpcError(reason, 'This replica is stopping; call again.');
    case Status.cancelled:
      return new GrpcError(reason, 'The call was cancelled.');
  }
}
