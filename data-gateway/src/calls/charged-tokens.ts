import { methods } from '../backend/bigtable-paths.js';
import { invalid } from '../grpc/grpc-error.js';

/** Says with a write how many tokens it charges: they are counted with the write's own record in the log, or not at all. */
export const chargedHeader = 'leasehold-tokens';

const writes: ReadonlySet<string> = new Set([
  methods.mutateRow,
  methods.mutateRows,
  methods.checkAndMutateRow,
  methods.readModifyWriteRow,
]);

/**
 * The tokens that a call charges; 0 without the header.
 * @throws GrpcError INVALID_ARGUMENT for what is no number from 1 to 999,999,999,999, and for a call that writes nothing.
 */
export function chargedTokens(header: string | string[] | undefined, path: string): number {
  if (header === undefined) return 0;
  if (typeof header !== 'string' || !/^[1-9]\d{0,11}$/.test(header))
    throw invalid(`${chargedHeader} is a whole number from 1 to 999999999999.`);
  if (!writes.has(path))
    throw invalid(`${chargedHeader} goes with a write: only what is written is charged.`);
  return Number(header);
}
