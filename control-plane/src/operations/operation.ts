import type { JsonObject } from '../platform/json.js';

/** What an operation does to its subject; each kind has one saga. */
export const operationKinds = [
  'tenant.create',
  'tenant.update',
  'tenant.suspend',
  'tenant.resume',
  'tenant.reconcile',
  'tenant.delete',
  'tenant.purge',
  'tenant.restore',
  'tenant.backup',
  'tenant.export',
  'tenant.restore_data',
  'tenant.move',
  'cell.apply',
  'preview',
] as const;
export type OperationKind = (typeof operationKinds)[number];

/** What a failure leads to: the operation stays and can be resumed (`keep`), or it is rolled back by itself. */
export const failurePolicies = ['keep', 'rollback'] as const;
export type FailurePolicy = (typeof failurePolicies)[number];

export interface ResourceCounts {
  readonly created: number;
  readonly updated: number;
  readonly deleted: number;
  readonly same: number;
}

export const noResources: ResourceCounts = { created: 0, updated: 0, deleted: 0, same: 0 };

/** Why an operation ended badly, in words for its owner. */
export interface Failure {
  readonly code: string;
  readonly message: string;
  /** A URN, a hostname or another name of what failed. */
  readonly resource?: string;
  /** Whether the same step may well succeed when it is resumed unchanged. */
  readonly retryable: boolean;
}

/** A step as the API shows it. */
export interface Step {
  readonly name: string;
  readonly state: StepState;
  readonly startedAt: string | null;
  readonly endedAt: string | null;
  readonly attempts: number;
  readonly message: string | null;
  readonly resources: ResourceCounts;
}

/** An operation as the API shows it. */
export interface Operation {
  readonly id: string;
  readonly kind: string;
  readonly subject: string;
  readonly tenantId: string | null;
  readonly state: OperationState;
  readonly progress: { readonly done: number; readonly total: number };
  readonly steps: readonly Step[];
  readonly result: JsonObject | null;
  readonly error?: Failure;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly endedAt: string | null;
}

export const operationStates = [
  'queued',
  'running',
  'waiting_approval',
  'cancelling',
  'rolling_back',
  'succeeded',
  'failed',
  'cancelled',
  'rolled_back',
] as const;
export type OperationState = (typeof operationStates)[number];

/** States of an operation that has not ended; a subject has at most one such operation. */
export const liveStates = ['queued', 'running', 'waiting_approval', 'cancelling', 'rolling_back'] as const;

export function isLive(state: OperationState): boolean {
  return (liveStates as readonly OperationState[]).includes(state);
}

export const stepStates = ['pending', 'running', 'succeeded', 'failed', 'undone', 'skipped'] as const;
export type StepState = (typeof stepStates)[number];
