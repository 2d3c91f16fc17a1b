import type { DataUsage, GatewayAdminClient } from '../target/gateway-admin-client.js';
import type { EdgeUsage, EdgeUsageRecords } from './edge-usage.js';

/** What a cell has counted. */
export interface CellUsage {
  /** Counts up to here are in it; the earlier one of the edge's and the gateway's clock. */
  readonly until: Date;
  readonly edge: EdgeUsage[];
  readonly data: DataUsage[];
}

/** Reads both counters of a cell, from the hour of a moment on. */
export async function cellUsage(
  edge: EdgeUsageRecords,
  gateway: GatewayAdminClient,
  since: Date,
): Promise<CellUsage> {
  const before = await edge.now();
  const data = await gateway.usage(since);
  const until = data.until < before ? data.until : before;
  return { until, edge: await edge.since(since), data: data.hours };
}
