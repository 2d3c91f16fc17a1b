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
    return limit === null ? [] : [{ meter, used: used[meter], limit: limit.most, hard: limit.hard }];
  });
}

/** The highest level that is reached; undefined below the first. */
export function reachedLevel({ used, limit }: Pick<LimitState, 'used' | 'limit'>): number | undefined {
  return noticeLevels.findLast((level) => used * 100 >= limit * level);
}

/** What a workload refuses; the kit of the templates reads it (`quota.json`). */
export interface Refused {
  readonly requests: 'all' | 'write';
  readonly status: 402 | 429;
  readonly message: string;
  /** When the limit begins anew; null when only a larger plan helps. */
  readonly until: string | null;
}

/** What hard limits that are reached refuse. @param monthEnds the first moment of the next month */
export function refusedBy(states: readonly LimitState[], monthEnds: Date): Refused[] {
  const until = monthEnds.toISOString();
  return states
    .filter(({ hard, used, limit }) => hard && used >= limit)
    .map(({ meter, limit }) => {
      switch (meter) {
        case 'requestsPerMonth':
          return {
            requests: 'all',
            status: 429,
            message: `The plan's ${limit} requests of this month are used up.`,
            until,
          };
        case 'bytesWrittenPerMonth':
          return {
            requests: 'write',
            status: 429,
            message: `The plan's ${limit} bytes to write in this month are used up.`,
            until,
          };
        case 'storedBytes':
          return {
            requests: 'write',
            status: 402,
            message: `The plan's ${limit} bytes of storage are full.`,
            until: null,
          };
      }
    });
}
