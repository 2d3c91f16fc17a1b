import { denied, invalid } from '../grpc/grpc-error.js';
import type { CallerScope, KnownTable } from './caller-scope.js';
import { scanRowFilter } from './row-filter.js';
import { Once, WireReader } from './wire-reader.js';

export interface ReadRequest {
  readonly table: KnownTable;
  /** The rows, when they are named one by one; nothing when there is a range. */
  readonly keys: readonly Buffer[] | undefined;
}

/**
 * Checks a `google.bigtable.v2.ReadRowsRequest`: known table, and every key and range inside the caller's prefix.
 * A range without a start or an end is refused and not narrowed: a program that asks for a whole table has a fault to be told of.
 */
export function scanReadRows(message: Buffer, scope: CallerScope): ReadRequest {
  const reader = new WireReader(message, 0, message.length);
  const once = new Once();
  let name: string | undefined;
  let selected: Selected = { keys: [], ranges: 0 };
  while (reader.next()) {
    once.take(reader.field & 31);
    switch (reader.field) {
      case 1: // table_name
        name = reader.name();
        break;
      case 2: // rows
        selected = scanRowSet(reader.message(), scope);
        break;
      case 3: // filter
        scanRowFilter(reader.message());
        break;
      case 4: // rows_limit
        if (reader.int64() < 0) throw invalid('rows_limit must not be negative.');
        break;
      case 5: // app_profile_id
        reader.text();
        break;
      case 6: // request_stats_view
      case 7: // reversed
        reader.varint();
        break;
      default:
        reader.unknown('ReadRowsRequest');
    }
  }
  const table = scope.table(name);
  if (selected.keys.length + selected.ranges === 0)
    throw denied(
      "A scan of the whole table is not allowed; name keys, or ranges inside the caller's row-key prefix.",
    );
  return { table, keys: selected.ranges === 0 ? selected.keys : undefined };
}

interface Selected {
  readonly keys: Buffer[];
  ranges: number;
}

function scanRowSet(reader: WireReader, scope: CallerScope): Selected {
  const selected: Selected = { keys: [], ranges: 0 };
  while (reader.next()) {
    if (reader.field === 1) {
      reader.bytes();
      selected.keys.push(scope.key(reader));
    } else if (reader.field === 2) {
      scanRowRange(reader.message(), scope);
      selected.ranges++;
    } else reader.unknown('RowSet');
  }
  return selected;
}

function scanRowRange(reader: WireReader, scope: CallerScope): void {
  const once = new Once();
  while (reader.next()) {
    const { field } = reader;
    if (field < 1 || field > 4) reader.unknown('RowRange');
    once.take(field <= 2 ? 1 : 2);
    reader.bytes();
    if (field === 3) scope.openEnd(reader);
    else scope.key(reader);
  }
  if (!once.has(1) || !once.has(2))
    throw denied("A range without a start or an end reaches outside the caller's row-key prefix.");
}
