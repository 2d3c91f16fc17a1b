import { hourOf, startOfHour, type HourUsage } from '../metering/hour-usage.js';

/** What the admin surface needs for the metering. */
export interface UsageRoutes {
  /** Usage from an hour on, everything that has happened until now included. */
  readonly since: (hour: number) => Promise<readonly HourUsage[]>;
  /** What a prefix holds now, counted by reading it. */
  readonly stored: (prefix: string) => Promise<StoredSize>;
}

export interface StoredSize {
  readonly rows: number;
  /** Of keys, qualifiers and values, versions that wait for their deletion included. */
  readonly bytes: number;
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
