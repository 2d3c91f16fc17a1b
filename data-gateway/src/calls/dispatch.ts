import type { IncomingHttpHeaders, ServerHttp2Stream } from 'node:http2';
import type { Callers } from '../access/callers.js';
import { methods } from '../backend/bigtable-paths.js';
import { answer, answerError } from '../grpc/answer.js';
import { onlyMessage } from '../grpc/frames.js';
import { denied, GrpcError, Status, toGrpcError } from '../grpc/grpc-error.js';
import { readBody, type Serve } from '../grpc/grpc-server.js';
import type { TenantShares } from '../shares/tenant-shares.js';
import type { ReadUsage } from '../metering/read-usage.js';
import type { GatewayMetrics } from '../metrics.js';
import type { Handler } from './call.js';
import { chargedHeader, chargedTokens } from './charged-tokens.js';

const maxFeaturesLength = 256;
/**
 * A question for health takes no place and no share: a pod that is told to come again later can serve all the same, and the tenant's
 * other pods share its share.
 */
const stay = (): void => undefined;

export interface DispatchOptions {
  readonly callers: Callers;
  readonly handlers: ReadonlyMap<string, Handler>;
  readonly metrics: GatewayMetrics;
  readonly usage: ReadUsage;
  readonly shares: TenantShares;
  /** Told of an error that is ours, not the caller's. */
  readonly failed: (path: string, error: GrpcError) => void;
}

/** Authenticates each call and gives it to its handler. A method without a handler is refused. */
export function dispatcher({ callers, handlers, metrics, usage, shares, failed }: DispatchOptions): Serve {
  const serve = async (
    stream: ServerHttp2Stream,
    headers: IncomingHttpHeaders,
    path: string,
  ): Promise<void> => {
    const body = readBody(stream);
    body.catch(() => undefined);
    const known = callers.authenticate(headers.authorization);
    const caller = known instanceof Promise ? await known : known;
    const handler = handlers.get(path);
    if (!handler) throw refusal(path);
    const tokens = chargedTokens(headers[chargedHeader], path);
    const message = onlyMessage(await body);
    metrics.tenantCalled(caller.tenantId);
    usage.called(caller.scope.prefix);
    const place =
      path === methods.pingAndWarm ? stay : shares.enter(caller.tenantId, caller.share, message.length);
    const leave = place instanceof Promise ? await place : place;
    try {
      const messages = await handler({ caller, message, stream, features: features(headers), tokens });
      if (messages !== 'answered') answer(stream, messages);
    } finally {
      leave();
    }
  };
  return (stream, headers) => {
    const path = headers[':path'] ?? '';
    const method = handlers.has(path) ? path.slice(path.lastIndexOf('/') + 1) : 'other';
    serve(stream, headers, path).then(
      () => metrics.called(method, Status.ok),
      (thrown: unknown) => {
        const error = toGrpcError(thrown);
        metrics.called(method, error.status);
        if (error.status === Status.internal) failed(path, error);
        answerError(stream, error);
      },
    );
  };
}

function refusal(path: string): GrpcError {
  return path === methods.sampleRowKeys
    ? denied('SampleRowKeys would show keys of other tenants; it is not offered.')
    : new GrpcError(Status.unimplemented, 'The data gateway does not offer this method.');
}

function features(headers: IncomingHttpHeaders): string | undefined {
  const value = headers['bigtable-features'];
  return typeof value === 'string' && value.length <= maxFeaturesLength && /^[\w+/=-]*$/.test(value)
    ? value
    : undefined;
}
