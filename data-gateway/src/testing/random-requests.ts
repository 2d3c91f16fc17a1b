/** Random requests of Bigtable's data API, encoded by the API's own library, and ways to spoil their bytes. */
import { protos } from '@google-cloud/bigtable-api';
import fc from 'fast-check';

const v2 = protos.google.bigtable.v2;

export const prefix = 'aaaaaaaaaa';
export const neighbour = 'aaaaaaaaab';
export const instance = 'projects/p/instances/i';
export const rowsTable = `${instance}/tables/rows`;

const rest = fc.uint8Array({ maxLength: 12 });
const below = (start: string): fc.Arbitrary<Buffer> =>
  rest.map((bytes) => Buffer.concat([Buffer.from(start), Buffer.from(bytes)]));

export const insideKey = below(`${prefix}#`);
/** Keys close to the prefix and far from it. */
export const outsideKey = fc.oneof(
  below(`${neighbour}#`),
  below(`${prefix}$`),
  below(`${prefix}"`),
  fc.constantFrom('', prefix, prefix.slice(0, 9), 'a', '\xff').map((text) => Buffer.from(text, 'latin1')),
  rest.map((bytes) => Buffer.from(bytes)),
);

const family = fc.constantFrom('c', 'h');
const qualifier = rest.map((bytes) => Buffer.from(bytes));
const timestamp = fc.oneof(
  fc.constant(-1),
  fc.nat({ max: 2 ** 31 - 1 }).map((seconds) => seconds * 1_000_000),
);

export const mutation: fc.Arbitrary<protos.google.bigtable.v2.IMutation> = fc.oneof(
  fc
    .record({ familyName: family, columnQualifier: qualifier, timestampMicros: timestamp, value: qualifier })
    .map((setCell) => ({ setCell })),
  fc
    .record({ familyName: family, columnQualifier: qualifier })
    .map((deleteFromColumn) => ({ deleteFromColumn })),
  fc
    .record({
      familyName: family,
      columnQualifier: qualifier,
      from: fc.nat({ max: 10_000 }),
      span: fc.integer({ min: 1, max: 9 }),
    })
    .map(({ from, span, ...column }) => ({
      deleteFromColumn: {
        ...column,
        timeRange: { startTimestampMicros: from * 1000, endTimestampMicros: (from + span) * 1000 },
      },
    })),
  family.map((familyName) => ({ deleteFromFamily: { familyName } })),
  fc.constant({ deleteFromRow: {} }),
);
const mutations = fc.array(mutation, { minLength: 1, maxLength: 4 });

const leaf: fc.Arbitrary<protos.google.bigtable.v2.IRowFilter> = fc.oneof(
  fc.constant({ passAllFilter: true }),
  fc.constant({ stripValueTransformer: true }),
  fc.constant({ familyNameRegexFilter: 'c' }),
  fc.nat({ max: 5 }).map((cellsPerRowOffsetFilter) => ({ cellsPerRowOffsetFilter })),
  fc.integer({ min: 1, max: 5 }).map((cellsPerColumnLimitFilter) => ({ cellsPerColumnLimitFilter })),
  fc.constant({ rowSampleFilter: 0.5 }),
  qualifier.map((startValueClosed) => ({ valueRangeFilter: { startValueClosed } })),
  qualifier.map((endQualifierOpen) => ({ columnRangeFilter: { familyName: 'c', endQualifierOpen } })),
  fc.constant({ timestampRangeFilter: { startTimestampMicros: 1000 } }),
);
const { filter } = fc.letrec<{ filter: protos.google.bigtable.v2.IRowFilter }>((tie) => ({
  filter: fc.oneof(
    { maxDepth: 3 },
    leaf,
    fc.array(tie('filter'), { minLength: 2, maxLength: 3 }).map((filters) => ({ chain: { filters } })),
    fc.array(tie('filter'), { minLength: 2, maxLength: 3 }).map((filters) => ({ interleave: { filters } })),
    fc
      .record({ predicateFilter: tie('filter'), trueFilter: tie('filter') })
      .map((condition) => ({ condition })),
  ),
}));

const range = (key: fc.Arbitrary<Buffer>): fc.Arbitrary<protos.google.bigtable.v2.IRowRange> =>
  fc
    .record({ start: key, end: key, startClosed: fc.boolean(), endClosed: fc.boolean() })
    .map(({ start, end, startClosed, endClosed }) => ({
      ...(startClosed ? { startKeyClosed: start } : { startKeyOpen: start }),
      ...(endClosed ? { endKeyClosed: end } : { endKeyOpen: end }),
    }));

const encode = <T>(type: { encode(message: T): { finish(): Uint8Array } }, message: T): Buffer =>
  Buffer.from(type.encode(message).finish());

/** A request of each kind, whose row keys come from the given source. */
export function requests(key: fc.Arbitrary<Buffer>, tableName = rowsTable) {
  return {
    readRows: fc
      .record({
        keys: fc.array(key, { maxLength: 3 }),
        ranges: fc.array(range(key), { maxLength: 3 }),
        filter,
        reversed: fc.boolean(),
      })
      .filter(({ keys, ranges }) => keys.length + ranges.length > 0)
      .map(({ keys, ranges, ...more }) =>
        encode(v2.ReadRowsRequest, { tableName, rows: { rowKeys: keys, rowRanges: ranges }, ...more }),
      ),
    mutateRow: fc
      .record({ rowKey: key, mutations })
      .map((request) => encode(v2.MutateRowRequest, { tableName, ...request })),
    mutateRows: fc
      .array(fc.record({ rowKey: key, mutations }), { minLength: 1, maxLength: 4 })
      .map((entries) => encode(v2.MutateRowsRequest, { tableName, entries })),
    checkAndMutate: fc
      .record({ rowKey: key, predicateFilter: filter, trueMutations: mutations, falseMutations: mutations })
      .map((request) => encode(v2.CheckAndMutateRowRequest, { tableName, ...request })),
    readModifyWrite: fc
      .record({
        rowKey: key,
        rules: fc.array(
          fc.oneof(
            fc.record({ familyName: family, columnQualifier: qualifier, appendValue: qualifier }),
            fc.record({ familyName: family, columnQualifier: qualifier, incrementAmount: fc.integer() }),
          ),
          { minLength: 1, maxLength: 3 },
        ),
      })
      .map((request) => encode(v2.ReadModifyWriteRowRequest, { tableName, ...request })),
  };
}

/** A change of some bytes: overwritten, taken out, put in, or pieces of another message added. */
export function spoil(message: fc.Arbitrary<Buffer>, other: fc.Arbitrary<Buffer>): fc.Arbitrary<Buffer> {
  const change = fc.record({
    kind: fc.nat({ max: 4 }),
    at: fc.nat({ max: 400 }),
    byte: fc.nat({ max: 255 }),
  });
  return fc
    .tuple(message, other, fc.array(change, { minLength: 1, maxLength: 4 }))
    .map(([bytes, piece, changes]) =>
      changes.reduce<Buffer>((spoilt, { kind, at, byte }) => {
        const where = at % (spoilt.length + 1);
        const [head, tail] = [spoilt.subarray(0, where), spoilt.subarray(where)];
        if (kind === 0) return Buffer.concat([head, Buffer.of(byte), tail.subarray(1)]);
        if (kind === 1) return Buffer.concat([head, tail.subarray(1)]);
        if (kind === 2) return Buffer.concat([head, Buffer.of(byte), tail]);
        if (kind === 3) return Buffer.concat([spoilt, piece]);
        return Buffer.concat([head, piece.subarray(at % (piece.length + 1)), tail]);
      }, bytes),
    );
}
