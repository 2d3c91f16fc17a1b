import type { Attempts, DataCall } from './attempts.js';
import type { LazyClient, RefusedEntry } from './bigtable-client.js';
import { parseColumn, toInt64, type Column } from './column-value.js';
import { MutateManyError, type FailedRow } from './data-errors.js';
import { requireInside } from './prefix.js';
import { conditionFilter, type Condition } from './row-filter.js';
import {
  onlySets,
  wireMutations,
  type ConditionalChange,
  type RowChange,
  type RowMutation,
} from './row-mutation.js';
import { groupChanges, sizeOfChange, type ChangeGroup } from './write-groups.js';

/** What an increment's request has, roughly. */
const smallBytes = 128;

/** The writes of one tenant. */
export class RowWrites {
  constructor(
    private readonly client: LazyClient,
    private readonly prefix: string,
    private readonly attempts: Attempts,
  ) {}

  async increment(table: string, key: string, column: Column, by: bigint): Promise<bigint> {
    const { family, qualifier } = parseColumn(column);
    const incrementAmount = BigInt.asIntN(64, by).toString();
    const request = {
      ...this.#row(table, key),
      rules: [{ familyName: family, columnQualifier: qualifier, incrementAmount }],
    };
    const { row } = await this.attempts.once(call('increment', table, smallBytes), (timeoutMs) =>
      this.client.unary('readModifyWriteRow', request, timeoutMs),
    );
    const value = row?.families?.[0]?.columns?.[0]?.cells?.[0]?.value;
    if (!(value instanceof Uint8Array)) throw new TypeError('The answer to the increment holds no number.');
    return toInt64(value);
  }

  async mutate(table: string, key: string, mutations: readonly RowMutation[]): Promise<void> {
    const request = { ...this.#row(table, key), mutations: wireMutations(mutations) };
    const made = call('mutate', table, sizeOfChange(key, mutations));
    const make = (timeoutMs: number): Promise<unknown> => this.client.unary('mutateRow', request, timeoutMs);
    await (onlySets(mutations) ? this.attempts.untilDeadline(made, make) : this.attempts.once(made, make));
  }

  async checkAndMutate(
    table: string,
    key: string,
    condition: Condition,
    change: ConditionalChange,
  ): Promise<boolean> {
    const holds = change.then ? wireMutations(change.then) : [];
    const fails = change.otherwise ? wireMutations(change.otherwise) : [];
    if (holds.length + fails.length === 0) throw new TypeError('A conditional write needs a change.');
    const whenCellIsThere = condition.equals !== undefined;
    const request = {
      ...this.#row(table, key),
      predicateFilter: conditionFilter(condition),
      trueMutations: whenCellIsThere ? holds : fails,
      falseMutations: whenCellIsThere ? fails : holds,
    };
    const bytes = sizeOfChange(key, [...(change.then ?? []), ...(change.otherwise ?? [])]);
    const { predicateMatched } = await this.attempts.once(call('checkAndMutate', table, bytes), (timeoutMs) =>
      this.client.unary('checkAndMutateRow', request, timeoutMs, chargedHeaders(change.tokens)),
    );
    return (predicateMatched ?? false) === whenCellIsThere;
  }

  async mutateMany(table: string, rows: readonly RowChange[]): Promise<void> {
    for (const { key } of rows) requireInside(this.prefix, key);
    const groups = groupChanges(rows);
    const failed = (await Promise.all(groups.map((group) => this.#mutateGroup(table, group)))).flat();
    if (failed.length > 0) throw new MutateManyError(failed);
  }

  async #mutateGroup(table: string, { keys, entries, bytes, repeatable }: ChangeGroup): Promise<FailedRow[]> {
    const request = { tableName: this.client.tableName(table), entries };
    const made = call('mutateMany', table, bytes);
    const make = (timeoutMs: number): Promise<RefusedEntry[]> => this.client.mutateRows(request, timeoutMs);
    try {
      const refused = await (repeatable
        ? this.attempts.untilDeadline(made, make)
        : this.attempts.once(made, make));
      return refused.map(({ index, message }) => ({ key: keys[index] ?? '', error: new Error(message) }));
    } catch (thrown) {
      const error = thrown instanceof Error ? thrown : new Error(String(thrown));
      return keys.map((key) => ({ key, error }));
    }
  }

  #row(table: string, key: string): { tableName: string; rowKey: Buffer } {
    requireInside(this.prefix, key);
    return { tableName: this.client.tableName(table), rowKey: Buffer.from(key) };
  }
}

/** What the data gateway counts with the write; it refuses what is no number from 1 to 999,999,999,999. */
function chargedHeaders(tokens = 0): Record<string, string> {
  return tokens === 0 ? {} : { 'leasehold-tokens': String(tokens) };
}

function call(name: string, table: string, bytes: number): DataCall {
  return { name, table, kind: 'write', bytes };
}
