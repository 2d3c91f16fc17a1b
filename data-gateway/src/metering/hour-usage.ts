/** What a tenant's pods did in one hour, and its bytes in the log. */

/** Counts of one prefix in one hour. */
export interface HourUsage {
  readonly prefix: string;
  /** Hours since 1970. */
  readonly hour: number;
  readonly calls: number;
  readonly rowsRead: number;
  readonly bytesRead: number;
  readonly rowsWritten: number;
  /** Of keys and mutations, as the log holds them. */
  readonly bytesWritten: number;
  /** Units that the product has charged its users, as it has said with the writes that charge. */
  readonly tokens: number;
}

export const counts = ['calls', 'rowsRead', 'bytesRead', 'rowsWritten', 'bytesWritten', 'tokens'] as const;
export type Counts = Readonly<Record<(typeof counts)[number], number>>;

const hourMs = 3_600_000;
const prefixBytes = 10;
/** Logs from before tokens were counted have one number less. */
const countsBeforeTokens = counts.length - 1;

/** @param epochMs milliseconds since 1970. */
export function hourOf(epochMs: number): number {
  return Math.floor(epochMs / hourMs);
}

/** The first moment of an hour, as ISO 8601. */
export function startOfHour(hour: number): string {
  return new Date(hour * hourMs).toISOString();
}

export function encodeUsage(list: readonly HourUsage[]): Buffer {
  const usageBytes = sizeWith(counts.length);
  const bytes = Buffer.alloc(list.length * usageBytes);
  list.forEach((usage, index) => {
    let at = index * usageBytes;
    bytes.write(usage.prefix, at, 'latin1');
    at = bytes.writeUInt32BE(usage.hour, at + prefixBytes);
    for (const name of counts) at = bytes.writeBigUInt64BE(BigInt(usage[name]), at);
  });
  return bytes;
}

/** What was logged before tokens were counted. @throws Error when the bytes are not whole. */
export function decodeUsageWithoutTokens(bytes: Buffer): HourUsage[] {
  return decode(bytes, countsBeforeTokens);
}

/** @throws Error when the bytes are not whole. */
export function decodeUsage(bytes: Buffer): HourUsage[] {
  return decode(bytes, counts.length);
}

function decode(bytes: Buffer, numbers: number): HourUsage[] {
  const usageBytes = sizeWith(numbers);
  if (bytes.length % usageBytes !== 0) throw new Error('a record of usage is cut');
  const list: HourUsage[] = [];
  for (let at = 0; at < bytes.length; at += usageBytes) {
    const numberAt = (index: number): number =>
      index < numbers ? Number(bytes.readBigUInt64BE(at + prefixBytes + 4 + index * 8)) : 0;
    list.push({
      prefix: bytes.toString('latin1', at, at + prefixBytes),
      hour: bytes.readUInt32BE(at + prefixBytes),
      calls: numberAt(0),
      rowsRead: numberAt(1),
      bytesRead: numberAt(2),
      rowsWritten: numberAt(3),
      bytesWritten: numberAt(4),
      tokens: numberAt(5),
    });
  }
  return list;
}

function sizeWith(numbers: number): number {
  return prefixBytes + 4 + numbers * 8;
}
