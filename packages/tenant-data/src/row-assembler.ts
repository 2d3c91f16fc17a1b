import type { Column } from './column-value.js';

/** A row as it was read: the newest value of each column. */
export interface StoredRow {
  readonly key: string;
  readonly cells: ReadonlyMap<Column, Buffer>;
}

/** One `ReadRowsResponse.CellChunk`, as the stock client gives it. */
export interface CellChunk {
  readonly rowKey?: Uint8Array | string | null;
  readonly familyName?: { readonly value?: string | null } | null;
  readonly qualifier?: { readonly value?: Uint8Array | string | null } | null;
  readonly value?: Uint8Array | string | null;
  readonly valueSize?: number | null;
  readonly resetRow?: boolean | null;
  readonly commitRow?: boolean | null;
}

/**
 * Puts rows together from chunks: key, family and qualifier stand only where they change, a value may come in parts, and a row counts once
 * it is committed. https://cloud.google.com/bigtable/docs/reference/data/rpc/google.bigtable.v2#cellchunk
 */
export class RowAssembler {
  #key = '';
  #family = '';
  #qualifier = '';
  #parts: Buffer[] = [];
  #cells = new Map<Column, Buffer>();

  /** Takes a chunk. @returns the row that it completes. */
  push(chunk: CellChunk): StoredRow | undefined {
    if (chunk.resetRow) {
      this.#begin('');
      return undefined;
    }
    const key = bytes(chunk.rowKey);
    if (key.length > 0 && this.#key !== key.toString()) this.#begin(key.toString());
    if (chunk.familyName) this.#family = chunk.familyName.value ?? '';
    if (chunk.qualifier) this.#qualifier = bytes(chunk.qualifier.value).toString();
    this.#parts.push(bytes(chunk.value));
    if (chunk.valueSize) return undefined;
    this.#addCell();
    if (!chunk.commitRow) return undefined;
    const row = { key: this.#key, cells: this.#cells };
    this.#begin('');
    return row;
  }

  /** Versions of a column come newest first; only that one is kept. */
  #addCell(): void {
    const column: Column = `${this.#family}:${this.#qualifier}`;
    const value = Buffer.concat(this.#parts);
    this.#parts = [];
    if (!this.#cells.has(column)) this.#cells.set(column, value);
  }

  #begin(key: string): void {
    this.#key = key;
    this.#parts = [];
    this.#cells = new Map();
  }
}

function bytes(value: Uint8Array | string | null | undefined): Buffer {
  if (typeof value === 'string') return Buffer.from(value, 'base64');
  return value ? Buffer.from(value) : Buffer.alloc(0);
}
