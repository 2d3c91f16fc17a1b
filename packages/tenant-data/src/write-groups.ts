import type { protos } from '@google-cloud/bigtable';
import { onlySets, wireMutations, type RowChange, type RowMutation } from './row-mutation.js';

type WireEntry = protos.google.bigtable.v2.MutateRowsRequest.IEntry;

/** Rows that go into one `MutateRows`. */
export interface ChangeGroup {
  readonly keys: string[];
  readonly entries: WireEntry[];
  /** Whether all of it may be sent twice. */
  repeatable: boolean;
  bytes: number;
}

/** A call's rows are locked together in the gateway, so a few hundred; Bigtable itself takes 100,000 mutations. https://cloud.google.com/bigtable/quotas */
const maxRows = 500;
const maxBytes = 1024 * 1024;
/** What a key or a mutation costs beside its own bytes, roughly. */
const overheadBytes = 32;

/**
 * Divides changes into calls of at most 500 rows and, unless a row alone is larger, 1 MiB. Changes of the same row become one entry, in their
 * order: Bigtable applies entries in any order.
 * @throws TypeError for a row without mutations.
 */
export function groupChanges(changes: readonly RowChange[]): ChangeGroup[] {
  const groups: ChangeGroup[] = [];
  let group: ChangeGroup | undefined;
  for (const [key, mutations] of mergedByKey(changes)) {
    const size = sizeOfChange(key, mutations);
    if (!group || group.keys.length >= maxRows || group.bytes + size > maxBytes) {
      group = { keys: [], entries: [], repeatable: true, bytes: 0 };
      groups.push(group);
    }
    group.keys.push(key);
    group.entries.push({ rowKey: Buffer.from(key), mutations: wireMutations(mutations) });
    group.repeatable &&= onlySets(mutations);
    group.bytes += size;
  }
  return groups;
}

function mergedByKey(changes: readonly RowChange[]): ReadonlyMap<string, readonly RowMutation[]> {
  const merged = new Map<string, readonly RowMutation[]>();
  for (const { key, mutations } of changes) {
    const before = merged.get(key);
    merged.set(key, before ? [...before, ...mutations] : mutations);
  }
  return merged;
}

/** The bytes of a change, roughly. */
export function sizeOfChange(key: string, mutations: readonly RowMutation[]): number {
  let bytes = key.length + overheadBytes;
  for (const mutation of mutations) {
    bytes += overheadBytes;
    if ('set' in mutation)
      bytes += mutation.set.length + (typeof mutation.value === 'bigint' ? 8 : mutation.value.length);
  }
  return bytes;
}
