/** Requests of Bigtable's data API (google.bigtable.v2), as few bytes as they need. */

/** A call to be measured. */
export interface MeasuredCall {
  readonly name: string;
  readonly method: string;
  /** The request for the n-th call. */
  readonly message: (n: number) => Buffer;
}

const rowsAtATime = 100;
const rows = 1000;
const value = Buffer.alloc(64, 'x');

/** The calls that workloads make most, on a thousand rows of a prefix. */
export function measuredCalls(table: string, prefix: string): MeasuredCall[] {
  const name = field(1, Buffer.from(table));
  const key = (n: number): Buffer => Buffer.from(`${prefix}#bench#${n % rows}`);
  const cell = Buffer.concat([text(1, 'c'), text(2, 'v'), serverTime, field(4, value)]);
  const set = field(1, cell);
  const entry = (n: number): Buffer => field(2, Buffer.concat([field(1, key(n)), field(2, set)]));
  const rule = field(3, Buffer.concat([text(1, 'c'), text(2, 'n'), Buffer.of(4 * 8, 1)]));
  const many = (n: number): Buffer[] =>
    Array.from({ length: rowsAtATime }, (_, index) => entry(n * rowsAtATime + index));
  return [
    call('write a row', 'MutateRow', (n) => [name, field(2, key(n)), field(3, set)]),
    call('read a row', 'ReadRows', (n) => [name, field(2, field(1, key(n)))]),
    call('add to a number', 'ReadModifyWriteRow', (n) => [name, field(2, key(n)), rule]),
    call(`write ${rowsAtATime} rows`, 'MutateRows', (n) => [name, ...many(n)]),
  ];
}

/** The field timestamp_micros with -1: the server's time. */
const serverTime = Buffer.from([3 * 8, ...Array.from({ length: 9 }, () => 0xff), 0x01]);

function call(name: string, method: string, parts: (n: number) => Buffer[]): MeasuredCall {
  return { name, method, message: (n) => Buffer.concat(parts(n)) };
}

function text(number: number, content: string): Buffer {
  return field(number, Buffer.from(content));
}

/** A length-delimited field. https://protobuf.dev/programming-guides/encoding/ */
function field(number: number, content: Buffer): Buffer {
  const length: number[] = [];
  let rest = content.length;
  for (; rest >= 0x80; rest >>>= 7) length.push((rest & 0x7f) | 0x80);
  return Buffer.concat([Buffer.of(number * 8 + 2, ...length, rest), content]);
}
