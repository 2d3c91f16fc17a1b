import { once } from 'node:events';
import { constants, type ClientHttp2Stream, type ServerHttp2Stream } from 'node:http2';
import type { Backend } from '../backend/backend.js';
import { methods } from '../backend/bigtable-paths.js';
import { endOf } from '../grpc/connection.js';
import { FrameSplitter } from '../grpc/frames.js';
import { GrpcError, Status, toGrpcError } from '../grpc/grpc-error.js';
import { beginAnswer, endAnswer } from '../grpc/answer.js';
import type { GatewayMetrics } from '../metrics.js';
import type { PrefixWrites } from '../rows/prefix-writes.js';
import { scanReadRows } from '../wire/read-rows-request.js';
import { inspectReadRows } from '../wire/responses.js';
import type { Call, Handler } from './call.js';

/** Passes rows on as they come. What is passed on is durable: rows wait for the writes to their prefix that are under way. */
export function readRowsHandler(backend: Backend, writes: PrefixWrites, metrics: GatewayMetrics): Handler {
  return async (call) => {
    const { stream, caller } = call;
    scanReadRows(call.message, caller.scope);
    const upstream = backend
      .connection()
      .start(methods.readRows, call.message, call.features ? { 'bigtable-features': call.features } : {});
    const cancel = (): void => upstream.close(constants.NGHTTP2_CANCEL);
    stream.once('close', cancel);
    const ended = endOf(upstream);
    ended.catch(() => undefined);
    try {
      const seen = await pass(upstream, call, writes);
      const end = await ended;
      await writes.settled(caller.scope.prefix);
      metrics.used(caller.tenantId, 'read', seen.rows, seen.bytes);
      endAnswer(stream, end.status, end.message);
    } catch (error) {
      if (!(error instanceof GrpcError)) throw error;
      endAnswer(stream, error.status, error.message);
    } finally {
      stream.off('close', cancel);
      if (!upstream.closed) cancel();
    }
    return 'answered';
  };
}

async function pass(
  upstream: ClientHttp2Stream,
  call: Call,
  writes: PrefixWrites,
): Promise<{ rows: number; bytes: number }> {
  const { stream, caller } = call;
  const splitter = new FrameSplitter();
  const total = { rows: 0, bytes: 0 };
  try {
    for await (const chunk of upstream) {
      if (!Buffer.isBuffer(chunk)) break;
      const { whole, messages } = splitter.push(chunk);
      for (const message of messages) {
        const { rows, foreign } = inspectReadRows(message, caller.scope);
        if (foreign)
          throw new GrpcError(Status.internal, 'The data gateway failed.', {
            cause: new Error('a foreign row in an answer'),
          });
        total.rows += rows;
        total.bytes += message.length;
      }
      if (whole.length === 0) continue;
      const settled = writes.settled(caller.scope.prefix);
      if (settled) await settled;
      beginAnswer(stream);
      await send(stream, whole);
    }
  } catch (error) {
    if (error instanceof GrpcError) throw error;
    throw new GrpcError(Status.unavailable, 'The connection to Bigtable was lost.', {
      cause: toGrpcError(error),
    });
  }
  return total;
}

async function send(stream: ServerHttp2Stream, bytes: Buffer): Promise<void> {
  if (stream.destroyed || stream.write(bytes)) return;
  await Promise.race([once(stream, 'drain'), once(stream, 'close')]);
}
