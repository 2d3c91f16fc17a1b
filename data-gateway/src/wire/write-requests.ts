/**
 * Checks the four kinds of writes of `google.bigtable.v2` and gives what the log keeps of them: each row as the `entries` field of a
 * `MutateRowsRequest`, so that a replay sends logged bytes as they are.
 */
import { GrpcError, invalid, Status } from '../grpc/grpc-error.js';
import type { CallerScope, KnownTable } from './caller-scope.js';
import { requireFamily, scanMutation } from './mutation.js';
import { scanRowFilter } from './row-filter.js';
import { Once, WireReader } from './wire-reader.js';
import { bytesField } from './wire-writer.js';

const entriesField = 2;

/** One row's mutations, as the `entries` field of a `MutateRowsRequest`. */
export function entryOf(key: Buffer, mutations: readonly Buffer[]): Buffer {
  return bytesField(
    entriesField,
    bytesField(1, key),
    ...mutations.map((mutation) => bytesField(2, mutation)),
  );
}

export interface RowsWrite {
  readonly table: KnownTable;
  readonly keys: readonly Buffer[];
  readonly entries: readonly Buffer[];
}

/** The fields that all four requests have in different places. */
class Envelope {
  readonly once = new Once();
  name: string | undefined;
  key: Buffer | undefined;

  requireKey(): Buffer {
    if (!this.key) throw invalid('The request names no row.');
    return this.key;
  }
}

/** Checks a `MutateRowRequest`. */
export function scanMutateRow(message: Buffer, scope: CallerScope, nowMicros: number): RowsWrite {
  const envelope = new Envelope();
  const found: WireReader[] = [];
  const reader = new WireReader(message, 0, message.length);
  while (reader.next()) {
    if (reader.field === 3) found.push(reader.message());
    else if (!takeCommon(reader, envelope, scope, { key: 2, profile: 4 }))
      refuseField(reader, 'MutateRowRequest', 8);
  }
  const table = scope.table(envelope.name);
  const key = envelope.requireKey();
  if (found.length === 0) throw invalid('The request has no mutations.');
  return { table, keys: [key], entries: [entryOf(key, scanMutations(found, table, nowMicros))] };
}

/** Checks a `MutateRowsRequest`. */
export function scanMutateRows(message: Buffer, scope: CallerScope, nowMicros: number): RowsWrite {
  const envelope = new Envelope();
  const found: { at: number; entry: WireReader }[] = [];
  const reader = new WireReader(message, 0, message.length);
  while (reader.next()) {
    if (reader.field === entriesField) found.push({ at: reader.tagAt, entry: reader.message() });
    else if (!takeCommon(reader, envelope, scope, { key: -1, profile: 3 }))
      refuseField(reader, 'MutateRowsRequest');
  }
  const table = scope.table(envelope.name);
  if (found.length === 0) throw invalid('The request has no entries.');
  const keys = found.map(({ entry }) => scanEntry(entry, scope, table, nowMicros));
  return { table, keys, entries: found.map(({ at, entry }) => message.subarray(at, entry.end)) };
}

function scanEntry(reader: WireReader, scope: CallerScope, table: KnownTable, nowMicros: number): Buffer {
  let key: Buffer | undefined;
  let mutations = 0;
  const once = new Once();
  const context = { families: table.families, nowMicros };
  while (reader.next()) {
    if (reader.field === 1) {
      once.take(1);
      reader.bytes();
      key = scope.key(reader);
    } else if (reader.field === 2) {
      scanMutation(reader.message(), context);
      mutations++;
    } else refuseField(reader, 'MutateRowsRequest.Entry', 3);
  }
  if (!key) throw invalid('An entry names no row.');
  if (mutations === 0) throw invalid('An entry has no mutations.');
  return key;
}

export interface ConditionalWrite {
  readonly table: KnownTable;
  readonly key: Buffer;
  /** What is logged when the predicate matched, or did not; nothing when that branch changes nothing. */
  readonly whenMatched: Buffer | undefined;
  readonly whenNot: Buffer | undefined;
}

/** Checks a `CheckAndMutateRowRequest`. */
export function scanCheckAndMutate(message: Buffer, scope: CallerScope, nowMicros: number): ConditionalWrite {
  const envelope = new Envelope();
  const whenMatched: WireReader[] = [];
  const whenNot: WireReader[] = [];
  const reader = new WireReader(message, 0, message.length);
  while (reader.next()) {
    if (reader.field === 4) whenMatched.push(reader.message());
    else if (reader.field === 5) whenNot.push(reader.message());
    else if (reader.field === 6) {
      envelope.once.take(6);
      scanRowFilter(reader.message());
    } else if (!takeCommon(reader, envelope, scope, { key: 2, profile: 7 }))
      refuseField(reader, 'CheckAndMutateRowRequest');
  }
  const table = scope.table(envelope.name);
  const key = envelope.requireKey();
  if (whenMatched.length + whenNot.length === 0) throw invalid('The request has no mutations.');
  const branch = (found: readonly WireReader[]): Buffer | undefined =>
    found.length === 0 ? undefined : entryOf(key, scanMutations(found, table, nowMicros));
  return { table, key, whenMatched: branch(whenMatched), whenNot: branch(whenNot) };
}

export interface ReadModifyWrite {
  readonly table: KnownTable;
  readonly key: Buffer;
}

/** Checks a `ReadModifyWriteRowRequest`. */
export function scanReadModifyWrite(message: Buffer, scope: CallerScope): ReadModifyWrite {
  const envelope = new Envelope();
  const rules: WireReader[] = [];
  const reader = new WireReader(message, 0, message.length);
  while (reader.next()) {
    if (reader.field === 3) rules.push(reader.message());
    else if (!takeCommon(reader, envelope, scope, { key: 2, profile: 4 }))
      refuseField(reader, 'ReadModifyWriteRowRequest');
  }
  const table = scope.table(envelope.name);
  const key = envelope.requireKey();
  if (rules.length === 0) throw invalid('The request has no rules.');
  for (const rule of rules) scanRule(rule, table);
  return { table, key };
}

function scanRule(reader: WireReader, table: KnownTable): void {
  const once = new Once();
  let family = '';
  while (reader.next()) {
    once.take(reader.field === 4 ? 3 : reader.field & 31);
    if (reader.field === 1) family = reader.name();
    else if (reader.field === 2 || reader.field === 3) reader.bytes();
    else if (reader.field === 4) reader.varint();
    else reader.unknown('ReadModifyWriteRule');
  }
  requireFamily(family, table);
  if (!once.has(3)) throw invalid('A rule says neither what to append nor what to add.');
}

/** Table name, row key and application profile; the last one has no meaning here. */
function takeCommon(
  reader: WireReader,
  envelope: Envelope,
  scope: CallerScope,
  fields: { key: number; profile: number },
): boolean {
  if (reader.field !== 1 && reader.field !== fields.key && reader.field !== fields.profile) return false;
  envelope.once.take(reader.field);
  if (reader.field === 1) envelope.name = reader.name();
  else if (reader.field === fields.profile) reader.text();
  else {
    reader.bytes();
    envelope.key = scope.key(reader);
  }
  return true;
}

function refuseField(reader: WireReader, message: string, idempotencyField?: number): never {
  if (reader.field !== idempotencyField) reader.unknown(message);
  throw new GrpcError(
    Status.unimplemented,
    'Idempotency tokens are not supported: the emulator would ignore them.',
  );
}

function scanMutations(found: readonly WireReader[], table: KnownTable, nowMicros: number): Buffer[] {
  const context = { families: table.families, nowMicros };
  return found.map((reader) => {
    const content = reader.buffer.subarray(reader.position, reader.end);
    scanMutation(reader, context);
    return content;
  });
}
