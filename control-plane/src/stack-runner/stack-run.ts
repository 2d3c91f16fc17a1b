import type { JsonObject } from '../platform/json.js';

export type ProgramName = 'tenant' | 'cell' | 'platform';

export interface StackId {
  readonly project: 'leasehold-tenant' | 'leasehold-cell' | 'leasehold-platform';
  readonly name: string;
}

/** One run of Pulumi on one stack. */
export interface StackRun {
  readonly stack: StackId;
  readonly command: 'up' | 'preview' | 'destroy' | 'refresh';
  /** Look at what is really there first; mends drift. */
  readonly refresh?: boolean;
  readonly program: { readonly name: ProgramName; readonly input: JsonObject };
  readonly operationId: string;
  /** The lease of the operations engine that allows the run; its epoch fences every write of the state. */
  readonly lease: { readonly subject: string; readonly epoch: number };
  readonly signal: AbortSignal;
  /** Called in the order of the engine's events. */
  onEvent(event: RunEvent): void;
}

export type ResourceOp = 'create' | 'update' | 'replace' | 'delete' | 'same' | 'read' | 'refresh';

export type RunEvent =
  | {
      readonly kind: 'resource';
      readonly urn: string;
      readonly type: string;
      readonly name: string;
      readonly op: ResourceOp;
      readonly phase: 'started' | 'done' | 'failed';
      readonly message?: string;
    }
  | {
      readonly kind: 'diagnostic';
      readonly severity: 'info' | 'warning' | 'error';
      readonly message: string;
      readonly urn?: string;
    };

export interface ResourceCounts {
  readonly created: number;
  readonly updated: number;
  readonly deleted: number;
  readonly same: number;
}

export interface RunError {
  readonly urn?: string;
  readonly message: string;
}

export interface RunResult {
  /** `cancelled` when the caller gave up or the lease was taken over. What was done until then is in the state. */
  readonly outcome: 'succeeded' | 'failed' | 'cancelled';
  readonly resources: ResourceCounts;
  /** Secret outputs are left out. */
  readonly outputs: JsonObject;
  readonly errors: readonly RunError[];
  /** The run failed for a reason that has nothing to do with the stack (a process died): the same run may succeed. */
  readonly retryable: boolean;
  /** Milliseconds: `queue`, `prepare`, `cliStart`, `open`, `engine`, `program`, `complete`, `exit`, `total`. */
  readonly timings: Readonly<Record<string, number>>;
}
