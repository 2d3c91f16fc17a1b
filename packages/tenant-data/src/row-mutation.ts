import type { protos } from '@google-cloud/bigtable';
import { parseColumn, toBytes, type CellValue, type Column } from './column-value.js';

/** One change to a row. Those of one call are applied in their order, all or none. */
export type RowMutation =
  | { readonly set: Column; readonly value: CellValue }
  | { readonly deleteColumn: Column }
  | { readonly deleteFamily: string }
  | { readonly deleteRow: true };

/** A row and what is to be changed in it. */
export interface RowChange {
  readonly key: string;
  readonly mutations: readonly RowMutation[];
}

/** The two ways of a conditional write, and what it charges. */
export interface ConditionalChange {
  readonly then?: readonly RowMutation[];
  readonly otherwise?: readonly RowMutation[];
  /** Tokens that the product charges with this write: metered with it, once, if it changes the row; not at all otherwise. */
  readonly tokens?: number;
}

export type WireMutation = protos.google.bigtable.v2.IMutation;

/** "The time of the server" in Bigtable's API. */
const serverTime = -1;

/** @throws TypeError for a mutation that is none of the four, or an empty list. */
export function wireMutations(mutations: readonly RowMutation[]): WireMutation[] {
  if (mutations.length === 0) throw new TypeError('A write needs at least one mutation.');
  return mutations.map(wireMutation);
}

/** Whether doing it twice is the same as doing it once, also for a reader in between. */
export function onlySets(mutations: readonly RowMutation[]): boolean {
  return mutations.every((each) => 'set' in each);
}

function wireMutation(mutation: RowMutation): WireMutation {
  if ('set' in mutation) {
    const { family, qualifier } = parseColumn(mutation.set);
    const value = toBytes(mutation.value);
    return {
      setCell: { familyName: family, columnQualifier: qualifier, timestampMicros: serverTime, value },
    };
  }
  if ('deleteColumn' in mutation) {
    const { family, qualifier } = parseColumn(mutation.deleteColumn);
    return { deleteFromColumn: { familyName: family, columnQualifier: qualifier } };
  }
  if ('deleteFamily' in mutation) return { deleteFromFamily: { familyName: mutation.deleteFamily } };
  if ('deleteRow' in mutation) return { deleteFromRow: {} };
  throw new TypeError('A mutation is one of set, deleteColumn, deleteFamily, deleteRow.');
}
