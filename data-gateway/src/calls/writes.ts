/** The four writes: check, apply, and say what the log keeps. */
import { methods } from '../backend/bigtable-paths.js';
import type { GatewayMetrics } from '../metrics.js';
import type { DurableWrites } from '../rows/durable-writes.js';
import { UpstreamStatusError } from '../grpc/grpc-error.js';
import { anyEntryFailed, predicateMatched, writtenCells } from '../wire/responses.js';
import {
  entryOf,
  scanCheckAndMutate,
  scanMutateRow,
  scanMutateRows,
  scanReadModifyWrite,
  type RowsWrite,
} from '../wire/write-requests.js';
import type { Call, Handler } from './call.js';

const nothing = Buffer.alloc(0);

/** The time of the server in Bigtable's unit and granularity. */
const nowMicros = (): number => Date.now() * 1000;

export function writeHandlers(rows: DurableWrites, metrics: GatewayMetrics): ReadonlyMap<string, Handler> {
  const count = ({ caller, message }: Call, keys: number): void =>
    metrics.used(caller.tenantId, 'written', keys, message.length);

  const plain =
    (method: string, scan: (call: Call) => RowsWrite): Handler =>
    async (call) => {
      const { table, keys, entries } = scan(call);
      const answer = await rows.write(
        { prefix: call.caller.scope.prefix, table: table.id, keys, metered: true, tokens: call.tokens },
        async (connection) => {
          const messages = await connection.call(method, call.message);
          if (messages.some((each) => method === methods.mutateRows && anyEntryFailed(each))) {
            throw new UpstreamStatusError(13, 'Bigtable refused a part of the rows.');
          }
          return { answer: messages, entries: entries.length === 1 ? entries[0] : Buffer.concat(entries) };
        },
      );
      count(call, keys.length);
      return answer;
    };

  const checkAndMutate: Handler = async (call) => {
    const { table, key, whenMatched, whenNot } = scanCheckAndMutate(
      call.message,
      call.caller.scope,
      nowMicros(),
    );
    const answer = await rows.write(
      { prefix: call.caller.scope.prefix, table: table.id, keys: [key], metered: true, tokens: call.tokens },
      async (connection) => {
        const messages = await connection.call(methods.checkAndMutateRow, call.message);
        return {
          answer: messages,
          entries: predicateMatched(messages[0] ?? nothing) ? whenMatched : whenNot,
        };
      },
    );
    count(call, 1);
    return answer;
  };

  const readModifyWrite: Handler = async (call) => {
    const { table, key } = scanReadModifyWrite(call.message, call.caller.scope);
    const answer = await rows.write(
      { prefix: call.caller.scope.prefix, table: table.id, keys: [key], metered: true, tokens: call.tokens },
      async (connection) => {
        const messages = await connection.call(methods.readModifyWriteRow, call.message);
        return { answer: messages, entries: entryOf(key, writtenCells(messages[0] ?? nothing)) };
      },
    );
    count(call, 1);
    return answer;
  };

  return new Map([
    [
      methods.mutateRow,
      plain(methods.mutateRow, ({ message, caller }) => scanMutateRow(message, caller.scope, nowMicros())),
    ],
    [
      methods.mutateRows,
      plain(methods.mutateRows, ({ message, caller }) => scanMutateRows(message, caller.scope, nowMicros())),
    ],
    [methods.checkAndMutateRow, checkAndMutate],
    [methods.readModifyWriteRow, readModifyWrite],
  ]);
}
