import { GrpcError, invalid, Status } from '../grpc/grpc-error.js';
import { Once, type WireReader } from './wire-reader.js';
import { writePaddedVarint } from './wire-writer.js';

/** -1 as 64 bits: "the time of the server". */
const serverTime = (1n << 64n) - 1n;

/** What mutations are checked against and completed with. */
export interface MutationContext {
  readonly families: ReadonlySet<string>;
  /** The time that replaces "the server's time", in microseconds with a granularity of a millisecond. */
  readonly nowMicros: number;
}

/**
 * Checks one `google.bigtable.v2.Mutation` completely, since the emulator applies mutations one by one and keeps what came before a bad
 * one, and writes the time into each cell that asks for the server's time (-1), so that a replay gives the same cell.
 */
export function scanMutation(reader: WireReader, context: MutationContext): void {
  const once = new Once();
  while (reader.next()) {
    once.take(0);
    switch (reader.field) {
      case 1:
        scanSetCell(reader.message(), context);
        break;
      case 2:
        scanDeleteFromColumn(reader.message(), context);
        break;
      case 3:
        scanDeleteFromFamily(reader.message(), context);
        break;
      case 4: // delete_from_row
        if (reader.message().next()) throw invalid('DeleteFromRow has no fields.');
        break;
      case 5:
      case 6:
        throw new GrpcError(
          Status.unimplemented,
          'The tables have no aggregate column families, so AddToCell and MergeToCell do not apply.',
        );
      default:
        reader.unknown('Mutation');
    }
  }
  if (!once.has(0)) throw invalid('A mutation says nothing to do.');
}

function scanSetCell(reader: WireReader, context: MutationContext): void {
  const once = new Once();
  let family = '';
  while (reader.next()) {
    once.take(reader.field & 31);
    if (reader.field === 1) family = reader.name();
    else if (reader.field === 3) scanCellTimestamp(reader, context.nowMicros);
    else if (reader.field === 2 || reader.field === 4) reader.bytes();
    else reader.unknown('SetCell');
  }
  requireFamily(family, context);
}

function scanCellTimestamp(reader: WireReader, nowMicros: number): void {
  const micros = reader.uint64();
  if (micros === serverTime) writePaddedVarint(reader.buffer, reader.from, nowMicros);
  else requireTimestamp(micros);
}

function scanDeleteFromColumn(reader: WireReader, context: MutationContext): void {
  const once = new Once();
  let family = '';
  while (reader.next()) {
    once.take(reader.field & 31);
    if (reader.field === 1) family = reader.name();
    else if (reader.field === 2) reader.bytes();
    else if (reader.field === 3) scanTimeRange(reader.message());
    else reader.unknown('DeleteFromColumn');
  }
  requireFamily(family, context);
}

function scanTimeRange(reader: WireReader): void {
  const once = new Once();
  const bounds = [0n, 0n];
  while (reader.next()) {
    if (reader.field > 2) reader.unknown('TimestampRange');
    once.take(reader.field);
    const micros = reader.uint64();
    requireTimestamp(micros);
    bounds[reader.field - 1] = micros;
  }
  const [start = 0n, end = 0n] = bounds;
  if (end !== 0n && start >= end) throw invalid('A time range ends before it starts.');
}

function scanDeleteFromFamily(reader: WireReader, context: MutationContext): void {
  const once = new Once();
  let family = '';
  while (reader.next()) {
    once.take(reader.field & 31);
    if (reader.field === 1) family = reader.name();
    else reader.unknown('DeleteFromFamily');
  }
  requireFamily(family, context);
}

/** @throws GrpcError when the table has no such family. */
export function requireFamily(family: string, context: Pick<MutationContext, 'families'>): void {
  if (!context.families.has(family))
    throw new GrpcError(Status.notFound, 'The table has no column family of that name.');
}

/** Bigtable takes times from 0, in microseconds, in whole milliseconds. */
function requireTimestamp(micros: bigint): void {
  if (micros >= 1n << 63n) throw invalid('A timestamp must not be negative.');
  if (micros % 1000n !== 0n)
    throw invalid('A timestamp must be a whole number of milliseconds, in microseconds.');
}
