import { GrpcError, Status } from './status.js';

const unitMs: Readonly<Record<string, number>> = {
  H: 3_600_000,
  M: 60_000,
  S: 1_000,
  m: 1,
  u: 1e-3,
  n: 1e-6,
};
/** What a Node timer can wait, 24.8 days; a deadline beyond that is none. */
const longestMs = 2 ** 31 - 1;

/**
 * The time that a caller waits, from its `grpc-timeout` header, in milliseconds; undefined when it waits for ever.
 * @throws GrpcError INVALID_ARGUMENT for a header of another form (PROTOCOL-HTTP2.md, Timeout).
 */
export function timeoutMs(header: string | string[] | undefined): number | undefined {
  if (header === undefined) return undefined;
  const [, digits, unit] = /^(\d{1,8})([HMSmun])$/.exec(String(header)) ?? [];
  if (digits === undefined || unit === undefined)
    throw new GrpcError(
      Status.invalidArgument,
      'grpc-timeout must be up to 8 digits and one of H, M, S, m, u, n.',
    );
  const ms = Math.ceil(Number(digits) * (unitMs[unit] ?? 0));
  return ms > longestMs ? undefined : ms;
}
