/** Who speaks to the state backend. */
export type Caller =
  /** One of the control plane's own runs: one stack, under one epoch of its subject's lease. */
  | {
      readonly kind: 'run';
      readonly runId: string;
      readonly stackId: number;
      readonly subject: string;
      readonly epoch: number;
    }
  /** A person or program with an API key of a platform role. */
  | { readonly kind: 'key'; readonly name: string; readonly mayWrite: boolean };

/** What the state backend asks the access module: whose key is this, and what may it do with stacks? */
export interface PulumiAccess {
  /** @returns undefined when the key is unknown, expired or of a role that sees no stacks (a tenant's) */
  authenticate(key: string): Promise<{ readonly name: string; readonly mayWrite: boolean } | undefined>;
}

/** Where only the control plane's own runs log in: a worker's private listener. */
export const noKeys: PulumiAccess = { authenticate: () => Promise.resolve(undefined) };
