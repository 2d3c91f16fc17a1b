import type { LogRecord } from '../log/log-record.js';
import { firstKey, countEntries } from '../wire/logged-entries.js';
import { counts, hourOf, type Counts, type HourUsage } from './hour-usage.js';

/** So long the control plane may be away without a loss for the metering. */
const keptHours = 7 * 24;
const prefixLength = 10;
const usagesPerRecord = 4096;
const none: Counts = { calls: 0, rowsRead: 0, bytesRead: 0, rowsWritten: 0, bytesWritten: 0, tokens: 0 };

/**
 * The usage that the log's records tell, per prefix and hour. A record is added once, when it is durable or when it is read at the start, so
 * that a crash neither loses a write that was acknowledged nor counts one twice.
 */
export class UsageTally {
  readonly #hours = new Map<number, Map<string, HourUsage>>();

  add(record: LogRecord): void {
    if (record.kind === 'usage') for (const usage of record.usage) this.#count(usage);
    if (record.kind !== 'rows' || record.hour === undefined) return;
    this.#count({
      ...none,
      prefix: firstKey(record.entries).toString('latin1', 0, prefixLength),
      hour: record.hour,
      rowsWritten: countEntries(record.entries),
      bytesWritten: record.entries.length,
      tokens: record.tokens ?? 0,
    });
  }

  /** From an hour on, in the order of hours and prefixes. */
  since(hour: number): HourUsage[] {
    return [...this.#hours]
      .filter(([each]) => each >= hour)
      .sort(([a], [b]) => a - b)
      .flatMap(([, usages]) => [...usages.values()].sort((a, b) => (a.prefix < b.prefix ? -1 : 1)));
  }

  /** Everything of the last seven days as records, in place of the records that it was counted from. */
  records(nowMs: number): LogRecord[] {
    const oldest = hourOf(nowMs) - keptHours;
    for (const hour of this.#hours.keys()) if (hour < oldest) this.#hours.delete(hour);
    const all = this.since(oldest);
    const records: LogRecord[] = [];
    for (let from = 0; from < all.length; from += usagesPerRecord)
      records.push({ kind: 'usage', usage: all.slice(from, from + usagesPerRecord) });
    return records;
  }

  #count(more: HourUsage): void {
    const usages = this.#hours.get(more.hour) ?? new Map<string, HourUsage>();
    this.#hours.set(more.hour, usages);
    const before = usages.get(more.prefix);
    usages.set(more.prefix, before ? { ...more, ...sumOf(before, more) } : more);
  }
}

function sumOf(a: Counts, b: Counts): Counts {
  const sum = { ...none };
  for (const name of counts) sum[name] = a[name] + b[name];
  return sum;
}
