import { invalid } from '../grpc/grpc-error.js';
import { Once, Wire, type WireReader } from './wire-reader.js';

/** Bigtable's own limit on filters within filters. https://cloud.google.com/bigtable/docs/reference/data/rpc/google.bigtable.v2 */
const maxDepth = 20;

/** Fields of `google.bigtable.v2.RowFilter` without filters in them. */
const simple: ReadonlyMap<number, number> = new Map([
  [16, Wire.varint], // sink
  [17, Wire.varint], // pass_all_filter
  [18, Wire.varint], // block_all_filter
  [4, Wire.bytes], // row_key_regex_filter
  [14, Wire.fixed64], // row_sample_filter
  [6, Wire.bytes], // column_qualifier_regex_filter
  [9, Wire.bytes], // value_regex_filter
  [11, Wire.varint], // cells_per_row_limit_filter
  [12, Wire.varint], // cells_per_column_limit_filter
  [13, Wire.varint], // strip_value_transformer
]);

/**
 * Checks the form of a `RowFilter`. A filter only takes cells away, so no key in it matters; but its form must be one that every
 * parser reads alike and that the server survives.
 */
export function scanRowFilter(reader: WireReader, depth = 1): void {
  if (depth > maxDepth) throw invalid(`A row filter must not be nested more than ${maxDepth} deep.`);
  const once = new Once();
  while (reader.next()) {
    once.take(0);
    const wire = simple.get(reader.field);
    if (wire === Wire.varint) reader.varint();
    else if (wire === Wire.bytes) reader.bytes();
    else if (wire === Wire.fixed64) reader.fixed64();
    // family_name_regex_filter and apply_label_transformer
    else if (reader.field === 5 || reader.field === 19) reader.text();
    else if (reader.field === 1 || reader.field === 2) scanFilterList(reader.message(), depth);
    else if (reader.field === 3) scanCondition(reader.message(), depth);
    else if (reader.field === 7) scanBounds(reader.message(), { name: 1, start: [2, 3], end: [4, 5] });
    else if (reader.field === 15) scanBounds(reader.message(), { name: -1, start: [1, 2], end: [3, 4] });
    else if (reader.field === 8) scanTimestamps(reader.message());
    else if (reader.field === 10) scanOffset(reader);
    else reader.unknown('RowFilter');
  }
}

/** `Chain` and `Interleave`. */
function scanFilterList(reader: WireReader, depth: number): void {
  while (reader.next()) {
    if (reader.field !== 1) reader.unknown('RowFilter');
    scanRowFilter(reader.message(), depth + 1);
  }
}

function scanCondition(reader: WireReader, depth: number): void {
  const once = new Once();
  while (reader.next()) {
    once.take(reader.field & 31);
    if (reader.field > 3) reader.unknown('RowFilter.Condition');
    scanRowFilter(reader.message(), depth + 1);
  }
}

/** `ColumnRange` and `ValueRange`: a name, one start, one end. */
function scanBounds(reader: WireReader, fields: { name: number; start: number[]; end: number[] }): void {
  const once = new Once();
  while (reader.next()) {
    if (reader.field === fields.name) once.take(0);
    else if (fields.start.includes(reader.field)) once.take(1);
    else if (fields.end.includes(reader.field)) once.take(2);
    else reader.unknown('RowFilter');
    if (reader.field === fields.name) reader.text();
    else reader.bytes();
  }
}

function scanTimestamps(reader: WireReader): void {
  const once = new Once();
  while (reader.next()) {
    if (reader.field > 2) reader.unknown('TimestampRange');
    once.take(reader.field);
    reader.varint();
  }
}

/** The emulator ends with a panic on a negative offset. */
function scanOffset(reader: WireReader): void {
  if (reader.int64() < 0) throw invalid('cells_per_row_offset_filter must not be negative.');
}
