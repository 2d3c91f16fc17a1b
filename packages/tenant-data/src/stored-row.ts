import type { Column } from './column-value.js';

/** A row as it was read: the newest value of each column. */
export interface StoredRow {
  readonly key: string;
  readonly cells: ReadonlyMap<Column, Buffer>;
}

/**
 * Takes the newest cells from what the stock client gives for a row: family, then qualifier, then a list of cells, newest first.
 * @throws TypeError when it gives something else.
 */
export function newestCells(key: string, data: unknown): StoredRow {
  const cells = new Map<Column, Buffer>();
  for (const [family, columns] of entriesOf(data)) {
    for (const [qualifier, versions] of entriesOf(columns)) {
      const newest: unknown = Array.isArray(versions) ? versions[0] : undefined;
      if (typeof newest !== 'object' || newest === null || !('value' in newest)) throw unexpected();
      const { value } = newest;
      if (!(value instanceof Uint8Array)) throw unexpected();
      cells.set(`${family}:${qualifier}`, Buffer.from(value));
    }
  }
  return { key, cells };
}

function entriesOf(value: unknown): [string, unknown][] {
  if (typeof value !== 'object' || value === null) throw unexpected();
  return Object.entries(value);
}

function unexpected(): TypeError {
  return new TypeError('The Bigtable client gave a row in a form that was not expected.');
}
