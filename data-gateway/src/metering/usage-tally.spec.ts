import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeRecord, encodeRecord, type LogRecord } from '../log/log-record.js';
import { entryOf } from '../wire/write-requests.js';
import { bytesField, textField } from '../wire/wire-writer.js';
import { UsageTally } from './usage-tally.js';

const prefixes = fc.constantFrom('0000000000', '1111111111', '2222222222');
const hour = 480_000;
const nowMs = (hour + 3) * 3_600_000;

const metered = fc
  .tuple(
    prefixes,
    fc.integer({ min: hour, max: hour + 2 }),
    fc.array(fc.string(), { minLength: 1, maxLength: 5 }),
    fc.nat(),
  )
  .map(([prefix, at, keys, tokens]): LogRecord => {
    const entries = keys.map((key) => entryOf(Buffer.from(`${prefix}#${key}`), [bytesField(4)]));
    return { kind: 'rows', table: 'counters', hour: at, tokens, entries: Buffer.concat(entries) };
  });
const usage = fc
  .tuple(prefixes, fc.integer({ min: hour, max: hour + 2 }), fc.nat(), fc.nat(), fc.nat())
  .map(([prefix, at, calls, rowsRead, bytesRead]): LogRecord => {
    const counts = { calls, rowsRead, bytesRead, rowsWritten: 0, bytesWritten: 0, tokens: 0 };
    return { kind: 'usage', usage: [{ prefix, hour: at, ...counts }] };
  });
const unmetered = fc.constant<LogRecord>({
  kind: 'rows',
  table: 'counters',
  entries: entryOf(Buffer.from('0000000000#x'), [bytesField(1, textField(1, 'c'))]),
});
const logs = fc.array(fc.oneof(metered, usage, unmetered), { maxLength: 40 });

function tallyOf(records: readonly LogRecord[]): UsageTally {
  const tally = new UsageTally();
  for (const record of records) tally.add(decodeRecord(encodeRecord(record)));
  return tally;
}

describe('the usage that a log tells', () => {
  test('is the same when any beginning of the log was replaced by a snapshot of it', () => {
    fc.assert(
      fc.property(logs, fc.nat(), (records, cut) => {
        const at = cut % (records.length + 1);
        const snapshot = tallyOf(records.slice(0, at)).records(nowMs);
        expect(tallyOf([...snapshot, ...records.slice(at)]).since(0)).toEqual(tallyOf(records).since(0));
      }),
    );
  });

  test('counts rows and bytes of metered records to their prefix and hour', () => {
    const entries = ['a', 'b'].map((key) => entryOf(Buffer.from(`0000000000#${key}`), [bytesField(4)]));
    const bytes = Buffer.concat(entries);
    expect(tallyOf([{ kind: 'rows', table: 't', hour, entries: bytes }]).since(hour)).toEqual([
      {
        prefix: '0000000000',
        hour,
        calls: 0,
        rowsRead: 0,
        bytesRead: 0,
        rowsWritten: 2,
        bytesWritten: bytes.length,
        tokens: 0,
      },
    ]);
  });

  test('takes in what was logged before tokens were counted', () => {
    const numbers = Buffer.alloc(10 + 4 + 5 * 8);
    numbers.write('0000000000', 'latin1');
    numbers.writeUInt32BE(hour, 10);
    [1n, 2n, 3n, 4n, 5n].forEach((count, index) => numbers.writeBigUInt64BE(count, 14 + index * 8));
    const tally = new UsageTally();
    tally.add(decodeRecord(Buffer.concat([Buffer.of(4, 0), numbers])));
    const counts = { calls: 1, rowsRead: 2, bytesRead: 3, rowsWritten: 4, bytesWritten: 5, tokens: 0 };
    expect(tally.since(0)).toEqual([{ prefix: '0000000000', hour, ...counts }]);
  });

  test('goes back seven days in a snapshot', () => {
    const entries = entryOf(Buffer.from('0000000000#a'), [bytesField(4)]);
    const tally = tallyOf([
      { kind: 'rows', table: 't', hour: hour - 200, entries },
      { kind: 'rows', table: 't', hour, entries },
    ]);
    expect(tallyOf(tally.records(nowMs)).since(0)).toHaveLength(1);
  });
});
