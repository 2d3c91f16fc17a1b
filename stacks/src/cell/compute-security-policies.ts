/** A Cloud Armor policy, of which a plan's clients have one: https://cloud.google.com/armor/docs/rate-limiting-overview */
export interface DesiredSecurityPolicy {
  readonly name: string;
  readonly project: string;
  readonly description: string;
  readonly rules: readonly SecurityRule[];
}

interface SecurityRule {
  readonly action: 'allow' | 'throttle';
  readonly priority: number;
  readonly description: string;
  readonly match: {
    readonly versionedExpr: 'SRC_IPS_V1';
    readonly config: { readonly srcIpRanges: readonly string[] };
  };
  readonly rateLimitOptions?: {
    readonly conformAction: 'allow';
    readonly exceedAction: 'deny(429)';
    readonly enforceOnKey: 'IP';
    readonly rateLimitThreshold: { readonly count: number; readonly intervalSec: 10 };
  };
}

/** Cloud Armor's lowest priority: the rule that holds where no other does. */
const lastPriority = 2_147_483_647;
const everywhere = { versionedExpr: 'SRC_IPS_V1', config: { srcIpRanges: ['*'] } } as const;

/** Policies are the cell's, not the client's: a project has few of them. */
export function securityPolicyName(cell: string, requestsPerSecond: number | null): string {
  return requestsPerSecond === null ? `leasehold-${cell}` : `leasehold-${cell}-${requestsPerSecond}rps`;
}

/** One policy for each rate that a plan has, and one without a limit. */
export function computeSecurityPolicies(
  cell: string,
  project: string,
  rates: readonly number[],
): DesiredSecurityPolicy[] {
  const distinct = [...new Set(rates)].toSorted((a, b) => a - b);
  return [null, ...distinct].map((rate) => ({
    name: securityPolicyName(cell, rate),
    project,
    description:
      rate === null ? 'Clients without a limit of their plan' : `${rate} requests a second and address`,
    rules: [
      ...(rate === null ? [] : [throttle(rate)]),
      { action: 'allow', priority: lastPriority, description: 'Everything else', match: everywhere },
    ],
  }));
}

/** Over ten seconds, so that a page with its parts is no excess. */
function throttle(rate: number): SecurityRule {
  return {
    action: 'throttle',
    priority: 1_000,
    description: 'The limit of the plan',
    match: everywhere,
    rateLimitOptions: {
      conformAction: 'allow',
      exceedAction: 'deny(429)',
      enforceOnKey: 'IP',
      rateLimitThreshold: { count: rate * 10, intervalSec: 10 },
    },
  };
}
