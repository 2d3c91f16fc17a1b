import type { Backend } from '../backend/backend.js';
import { storedSize } from '../backend/scan.js';
import type { InstanceTables } from '../backend/tables.js';
import type { DurableLog } from '../log/durable-log.js';
import { hourOf, startOfHour, type HourUsage } from '../metering/hour-usage.js';
import type { ReadUsage } from '../metering/read-usage.js';
import type { PrefixWrites } from '../rows/prefix-writes.js';

/** What the admin surface needs for the metering. */
export interface UsageRoutes {
  /** Usage from an hour on, everything that has happened until now included. */
  readonly since: (hour: number) => Promise<readonly HourUsage[]>;
  /** What a prefix holds now, counted by reading it. */
  readonly stored: (prefix: string) => Promise<StoredSize>;
}

interface UsageParts {
  readonly usage: ReadUsage;
  readonly log: DurableLog;
  readonly backend: Backend;
  readonly tables: InstanceTables;
  readonly writes: PrefixWrites;
}

export interface StoredSize {
  readonly rows: number;
  /** Of keys, qualifiers and values, versions that wait for their deletion included. */
  readonly bytes: number;
}

/** Usage from the log, and what is stored from the rows themselves. */
export function usageOf({ usage, log, backend, tables, writes }: UsageParts): UsageRoutes {
  return {
    since: async (hour) => {
      await usage.flush();
      return log.usage.since(hour);
    },
    stored: async (prefix) => {
      await writes.settled(prefix);
      return storedSize(backend.connection(), tables, prefix);
    },
  };
}

/** The answer to `GET /admin/v1/usage?since=`; nothing when `since` is no time. */
export async function usageSince(
  parameters: URLSearchParams,
  usage: UsageRoutes,
): Promise<object | undefined> {
  const since = parameters.get('since');
  const from = since === null ? 0 : Date.parse(since);
  if (!Number.isFinite(from)) return undefined;
  const until = new Date().toISOString();
  const hours = await usage.since(hourOf(Math.max(0, from)));
  return { until, hours: hours.map(({ hour, ...rest }) => ({ ...rest, hour: startOfHour(hour) })) };
}
