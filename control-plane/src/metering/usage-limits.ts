import type { PlanSpec } from '../catalog/plan.schema.js';
import type { LimitState, UsageCounts } from './usage.schema.js';

/** Percent of a limit at which it is told of. */
export const noticeLevels = [80, 100] as const;

/** How much of each limit of a plan is used; limits that the plan does not have are left out. */
export function limitStates(
  limits: PlanSpec['limits'],
  month: UsageCounts,
  storedBytes: number,
): LimitState[] {
  const used = {
    requestsPerMonth: month.requests,
    bytesWrittenPerMonth: month.bytesWritten,
    storedBytes,
  } as const;
  const meters = ['requestsPerMonth', 'bytesWrittenPerMonth', 'storedBytes'] as const;
  return meters.flatMap((meter) => {
    const limit = limits[meter];
    return limit === null ? [] : [{ meter, used: used[meter], limit }];
  });
}

/** The highest level that is reached; undefined below the first. */
export function reachedLevel({ used, limit }: Pick<LimitState, 'used' | 'limit'>): number | undefined {
  return noticeLevels.findLast((level) => used * 100 >= limit * level);
}
