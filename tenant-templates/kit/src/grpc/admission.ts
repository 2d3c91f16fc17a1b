/** What stands before a gRPC call: the same limit and the same proofs as before a route, said in gRPC's words. */
import * as z from 'zod/mini';
import type { Guard } from '../auth/guard.js';
import type { RateLimit } from '../http/rate-limit.js';
import type { Reply } from '../http/reply.js';
import { quotaRefusal, type Quota } from '../quota/quota.js';
import { GrpcError, Status, type StatusCode } from './status.js';

type Headers = Readonly<Record<string, string | string[] | undefined>>;

const problemDocument = z.object({ detail: z.string() });

/** https://github.com/googleapis/googleapis/blob/master/google/rpc/code.proto, "HTTP Mapping". */
const statusOf: Readonly<Record<number, StatusCode>> = {
  401: Status.unauthenticated,
  403: Status.permissionDenied,
  402: Status.resourceExhausted,
  429: Status.resourceExhausted,
  503: Status.unavailable,
};

/** Judges calls by their metadata. The function rejects with the GrpcError that a refused call ends with. */
export function admission(
  limit: RateLimit | undefined,
  guard: Guard | undefined,
  quota: (now: number) => Quota,
) {
  return (metadata: Headers): void | Promise<void> => {
    const now = performance.now();
    // Every call is a POST; which of them write is not known here.
    const spent = quotaRefusal(quota(now), 'POST', Date.now());
    if (spent !== undefined) throw asGrpcError(spent);
    const overLimit = limit?.refusal('pod', now, () => '');
    if (overLimit !== undefined) throw asGrpcError(overLimit);
    return guard && prove(guard, metadata);
  };
}

async function prove(guard: Guard, metadata: Headers): Promise<void> {
  const verdict = await guard(metadata);
  if ('refusal' in verdict) throw asGrpcError(verdict.refusal);
}

function asGrpcError({ status, body }: Reply): GrpcError {
  const { detail } = problemDocument.parse(JSON.parse(String(body)));
  return new GrpcError(statusOf[status] ?? Status.internal, detail);
}
