import { denied, GrpcError, invalid, Status } from '../grpc/grpc-error.js';
import type { WireReader } from './wire-reader.js';

/** A table that callers may name. */
export interface KnownTable {
  readonly id: string;
  readonly families: ReadonlySet<string>;
}

/** What a request may touch: the tables that there are, and the rows below one prefix. */
export class CallerScope {
  readonly #inside: Buffer;
  readonly #after: Buffer;

  /** @param tables by full name: `projects/<project>/instances/<instance>/tables/<table>`. */
  constructor(
    readonly prefix: string,
    readonly tables: ReadonlyMap<string, KnownTable>,
  ) {
    this.#inside = Buffer.from(`${prefix}#`, 'latin1');
    this.#after = Buffer.from(`${prefix}$`, 'latin1');
  }

  /** @throws GrpcError when the message names no table, or none that is known. */
  table(name: string | undefined): KnownTable {
    if (name === undefined || name === '') throw invalid('The request names no table.');
    const table = this.tables.get(name);
    if (!table) throw new GrpcError(Status.notFound, 'The data gateway knows no table of that name.');
    return table;
  }

  /** @throws GrpcError PERMISSION_DENIED unless the bytes of the field just read are a key below the prefix. */
  key(reader: WireReader): Buffer {
    if (!this.holds(reader.buffer, reader.from, reader.to)) throw foreign();
    if (reader.to - reader.from > 4096) throw invalid('A row key must not exceed 4096 bytes.');
    return reader.buffer.subarray(reader.from, reader.to);
  }

  /** The excluded end of a range may also be the first key after the prefix. */
  openEnd(reader: WireReader): void {
    const isAfter = this.#after.equals(reader.buffer.subarray(reader.from, reader.to));
    if (!isAfter && !this.holds(reader.buffer, reader.from, reader.to)) throw foreign();
  }

  /** Whether the bytes are a key below the prefix. */
  holds(buffer: Buffer, from: number, to: number): boolean {
    const inside = this.#inside;
    return to - from >= inside.length && inside.compare(buffer, from, from + inside.length) === 0;
  }
}

export function foreign(): GrpcError {
  return denied("A row key or range lies outside the caller's row-key prefix.");
}
