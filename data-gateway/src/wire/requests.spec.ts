import { protos } from '@google-cloud/bigtable-api';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { GrpcError, Status } from '../grpc/grpc-error.js';
import {
  insideKey,
  neighbour,
  outsideKey,
  prefix,
  requests,
  spoil,
  rowsTable as tableName,
} from '../testing/random-requests.js';
import { CallerScope } from './caller-scope.js';
import { scanReadRows } from './read-rows-request.js';
import { scanCheckAndMutate, scanMutateRow, scanMutateRows, scanReadModifyWrite } from './write-requests.js';

const v2 = protos.google.bigtable.v2;
const now = 1_700_000_000_000_000;
const scope = new CallerScope(prefix, new Map([[tableName, { id: 'rows', families: new Set(['c', 'h']) }]]));

type Kind = 'readRows' | 'mutateRow' | 'mutateRows' | 'checkAndMutate' | 'readModifyWrite';
const scan: Record<Kind, (message: Buffer) => unknown> = {
  readRows: (message) => scanReadRows(message, scope),
  mutateRow: (message) => scanMutateRow(message, scope, now),
  mutateRows: (message) => scanMutateRows(message, scope, now),
  checkAndMutate: (message) => scanCheckAndMutate(message, scope, now),
  readModifyWrite: (message) => scanReadModifyWrite(message, scope),
};
const kinds: Kind[] = ['readRows', 'mutateRow', 'mutateRows', 'checkAndMutate', 'readModifyWrite'];

/** Every key in a message as the API's own library reads it. */
const keysOf: Record<Kind, (message: Buffer) => { table: string; keys: Bytes[] }> = {
  readRows: (message) => {
    const request = v2.ReadRowsRequest.decode(message);
    const ranges = request.rows?.rowRanges ?? [];
    const ends = ranges.flatMap((range) => [
      range.startKeyClosed ?? range.startKeyOpen ?? new Uint8Array(),
      range.endKeyClosed ??
        (equals(range.endKeyOpen, `${prefix}$`)
          ? Buffer.from(`${prefix}#`)
          : (range.endKeyOpen ?? new Uint8Array())),
    ]);
    const all = [...(request.rows?.rowKeys ?? []), ...ends];
    return { table: request.tableName, keys: all.length > 0 ? all : [new Uint8Array()] };
  },
  mutateRow: (message) => single(v2.MutateRowRequest.decode(message)),
  mutateRows: (message) => {
    const request = v2.MutateRowsRequest.decode(message);
    return {
      table: request.tableName,
      keys: request.entries.map((entry) => entry.rowKey ?? new Uint8Array()),
    };
  },
  checkAndMutate: (message) => single(v2.CheckAndMutateRowRequest.decode(message)),
  readModifyWrite: (message) => single(v2.ReadModifyWriteRowRequest.decode(message)),
};
type Bytes = Uint8Array | string;
const toBytes = (bytes: Bytes): Uint8Array => (typeof bytes === 'string' ? Buffer.from(bytes) : bytes);
const single = (request: { tableName: string; rowKey: Bytes }) => ({
  table: request.tableName,
  keys: [toBytes(request.rowKey)],
});
const equals = (bytes: Bytes | null | undefined, text: string): boolean =>
  !!bytes && Buffer.from(toBytes(bytes)).equals(Buffer.from(text));
const inside = (key: Bytes): boolean =>
  Buffer.from(toBytes(key))
    .subarray(0, 11)
    .equals(Buffer.from(`${prefix}#`));

function outcome(kind: Kind, message: Buffer): GrpcError | undefined {
  try {
    scan[kind](message);
    return undefined;
  } catch (error) {
    if (error instanceof GrpcError) return error;
    throw error;
  }
}

describe.each(kinds)('a %s request', (kind) => {
  test('with keys of the caller is let through', () => {
    fc.assert(
      fc.property(requests(insideKey)[kind], (message) => {
        expect(outcome(kind, message)).toBeUndefined();
      }),
    );
  });

  test('with only keys of others is refused with PERMISSION_DENIED', () => {
    fc.assert(
      fc.property(
        requests(outsideKey.filter((key) => !inside(key) && !equals(key, `${prefix}$`)))[kind],
        (message) => {
          expect(outcome(kind, message)?.status).toBe(Status.permissionDenied);
        },
      ),
    );
  });

  test('with any key of others among its own is refused', () => {
    fc.assert(
      fc.property(requests(fc.oneof(insideKey, outsideKey))[kind], (message) => {
        const { keys } = keysOf[kind](Buffer.from(message));
        expect(outcome(kind, message) === undefined).toBe(keys.every(inside));
      }),
    );
  });

  test('however its bytes are spoilt, is let through only if every parser finds the own keys alone', () => {
    const own = requests(insideKey)[kind];
    const foreign = requests(outsideKey)[kind];
    let passed = 0;
    fc.assert(
      fc.property(spoil(own, foreign), (message) => {
        if (outcome(kind, Buffer.from(message)) !== undefined) return;
        passed++;
        const { table, keys } = keysOf[kind](message);
        expect(table).toBe(tableName);
        expect(keys.every(inside)).toBe(true);
      }),
      { numRuns: 3000 },
    );
    expect(passed).toBeGreaterThan(0);
  });

  test('with a second row key or table name is refused', () => {
    fc.assert(
      fc.property(requests(insideKey)[kind], (message) => {
        const again = Buffer.concat([
          message,
          v2.MutateRowRequest.encode({ tableName: `${tableName}2` }).finish(),
        ]);
        expect(outcome(kind, again)?.status).toBe(Status.invalidArgument);
      }),
    );
  });

  test('with a field that the gateway does not know is refused', () => {
    fc.assert(
      fc.property(
        requests(insideKey)[kind],
        fc.constantFrom(10, 12, 15, 33, 34, 200, 2047),
        (message, field) => {
          const tag = field * 8;
          const unknown = Buffer.concat([
            message,
            Buffer.from(tag < 128 ? [tag, 1] : [(tag & 127) | 128, tag >> 7, 1]),
          ]);
          expect(outcome(kind, unknown)?.status).toBe(Status.invalidArgument);
        },
      ),
    );
  });

  test('for a table that is not known is refused', () => {
    fc.assert(
      fc.property(requests(insideKey)[kind], (message) => {
        const other = Buffer.from(
          message.toString('latin1').replace(tableName, tableName.replace('rows', 'ROWS')),
          'latin1',
        );
        expect(outcome(kind, other)?.status).toBe(Status.notFound);
      }),
    );
  });
});

describe('reads', () => {
  const read = (
    rows: protos.google.bigtable.v2.IRowSet | undefined,
    more: object = {},
  ): GrpcError | undefined =>
    outcome(
      'readRows',
      Buffer.from(v2.ReadRowsRequest.encode({ tableName, ...(rows ? { rows } : {}), ...more }).finish()),
    );
  const key = (text: string): Buffer => Buffer.from(text);

  test.each([
    ['no rows at all', undefined],
    ['an empty set of rows', {}],
    ['a range without bounds', { rowRanges: [{}] }],
    ['a range without an end', { rowRanges: [{ startKeyClosed: key(`${prefix}#`) }] }],
    ['a range without a start', { rowRanges: [{ endKeyOpen: key(`${prefix}$`) }] }],
    ['an empty end', { rowRanges: [{ startKeyClosed: key(`${prefix}#`), endKeyOpen: key('') }] }],
    [
      'a closed end at the first key after the prefix',
      { rowRanges: [{ startKeyClosed: key(`${prefix}#`), endKeyClosed: key(`${prefix}$`) }] },
    ],
    [
      'an end in the neighbour',
      { rowRanges: [{ startKeyClosed: key(`${prefix}#`), endKeyOpen: key(`${neighbour}#`) }] },
    ],
    [
      'an own range and a foreign one',
      { rowRanges: [{ startKeyOpen: key(`${prefix}#a`), endKeyOpen: key(`${prefix}#b`) }, {}] },
    ],
    ['an own key and a foreign one', { rowKeys: [key(`${prefix}#a`), key(`${neighbour}#a`)] }],
  ])('of %s are refused with PERMISSION_DENIED', (_, rows) => {
    expect(read(rows)?.status).toBe(Status.permissionDenied);
    expect(read(rows, { reversed: true })?.status).toBe(Status.permissionDenied);
  });

  test('of the whole prefix are allowed', () => {
    expect(
      read({ rowRanges: [{ startKeyClosed: key(`${prefix}#`), endKeyOpen: key(`${prefix}$`) }] }),
    ).toBeUndefined();
  });

  const deep = Array.from({ length: 21 }).reduce<object>((inner) => ({ chain: { filters: [inner] } }), {
    passAllFilter: true,
  });
  /** Its first byte is replaced by 0xff. */
  const spoilt = 'SPOILT';
  test.each([
    ['a negative offset, which would end the emulator', { cellsPerRowOffsetFilter: -1 }],
    ['filters nested too deep', deep],
    ['a family by text that is not UTF-8, which the server cannot read', { familyNameRegexFilter: spoilt }],
    ['a column range of such a family', { columnRangeFilter: { familyName: spoilt } }],
    ['such a label', { applyLabelTransformer: spoilt }],
  ])('with %s are refused', (_, filter) => {
    const request = { tableName, rows: { rowKeys: [key(`${prefix}#a`)] }, filter };
    const message = Buffer.from(v2.ReadRowsRequest.encode(request).finish());
    const at = message.indexOf(spoilt);
    if (at >= 0) message[at] = 0xff;
    expect(outcome('readRows', message)?.status).toBe(Status.invalidArgument);
  });

  test('through a view are refused', () => {
    for (const view of ['authorizedViewName', 'materializedViewName']) {
      expect(read({ rowKeys: [key(`${prefix}#a`)] }, { [view]: 'x' })?.status).toBe(Status.invalidArgument);
    }
  });
});

describe('writes', () => {
  const write = (mutation: protos.google.bigtable.v2.IMutation): GrpcError | undefined =>
    outcome(
      'mutateRow',
      Buffer.from(
        v2.MutateRowRequest.encode({
          tableName,
          rowKey: Buffer.from(`${prefix}#a`),
          mutations: [mutation],
        }).finish(),
      ),
    );
  const cell = { familyName: 'c', columnQualifier: Buffer.from('q'), value: Buffer.from('v') };

  test.each([
    ['a family that the table does not have', { setCell: { ...cell, familyName: 'x' } }, Status.notFound],
    [
      'a time that is no whole millisecond',
      { setCell: { ...cell, timestampMicros: 1 } },
      Status.invalidArgument,
    ],
    ['a time before 1970', { setCell: { ...cell, timestampMicros: -1000 } }, Status.invalidArgument],
    ['nothing to do', {}, Status.invalidArgument],
    ['an aggregate', { addToCell: { familyName: 'c' } }, Status.unimplemented],
    [
      'an inverted time range',
      {
        deleteFromColumn: {
          familyName: 'c',
          timeRange: { startTimestampMicros: 2000, endTimestampMicros: 1000 },
        },
      },
      Status.invalidArgument,
    ],
  ])('with %s are refused as a whole', (_, mutation, status) => {
    expect(write(mutation)?.status).toBe(status);
  });

  test('are logged as the server was told, with the server time filled in', () => {
    fc.assert(
      fc.property(requests(insideKey).mutateRows, (message) => {
        const wanted = v2.MutateRowsRequest.decode(Buffer.from(message)).entries;
        for (const { setCell } of wanted.flatMap((entry) => entry.mutations ?? [])) {
          if (setCell && Number(setCell.timestampMicros) === -1) setCell.timestampMicros = now;
        }
        const { entries } = scanMutateRows(message, scope, now);
        const simple = (value: unknown): unknown =>
          v2.MutateRowsRequest.fromObject({ entries: value }).toJSON();
        expect(simple(v2.MutateRowsRequest.decode(Buffer.concat(entries)).entries)).toEqual(simple(wanted));
        expect(simple(v2.MutateRowsRequest.decode(message).entries)).toEqual(simple(wanted));
      }),
    );
  });

  test('of one row and of a branch are logged as an entry of many rows', () => {
    fc.assert(
      fc.property(requests(insideKey).mutateRow, (message) => {
        const { entries } = scanMutateRow(message, scope, now);
        const logged = v2.MutateRowsRequest.decode(Buffer.concat(entries)).entries[0];
        const sent = v2.MutateRowRequest.decode(message);
        expect(
          v2.MutateRowsRequest.Entry.fromObject({ rowKey: sent.rowKey, mutations: sent.mutations }).toJSON(),
        ).toEqual(v2.MutateRowsRequest.Entry.fromObject(logged ?? {}).toJSON());
      }),
    );
  });
});
