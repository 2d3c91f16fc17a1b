/** Reads the `entries` fields of a `MutateRowsRequest` as the log keeps them. */
import { WireReader } from './wire-reader.js';

/** How many rows there are. */
export function countEntries(entries: Buffer): number {
  const reader = new WireReader(entries, 0, entries.length);
  let count = 0;
  while (reader.next()) {
    reader.bytes();
    count++;
  }
  return count;
}

/** The key of the first row; empty when there is none. */
export function firstKey(entries: Buffer): Buffer {
  const reader = new WireReader(entries, 0, entries.length);
  if (!reader.next()) return Buffer.alloc(0);
  const entry = reader.message();
  while (entry.next()) {
    const view = entry.view();
    if (entry.field === 1) return view;
  }
  return Buffer.alloc(0);
}
