import type { ZodType } from 'zod';
import type { JsonObject } from '../platform/json.js';
import type { Ctx } from '../platform/request-context.js';
import type { Tx } from '../platform/unit-of-work.js';
import type { Failure, OperationKind, OperationState } from './operation.js';
import type { StepProgress } from './step-progress.js';

/**
 * A saga is a line of small steps; its file reads in one order: parameters, steps, graph, actions, undo.
 * A step runs again after a crash, so each part of it must change nothing when it is repeated.
 */
export interface Saga<P = unknown> {
  readonly kind: OperationKind;
  /** What the operation's input must be; it is parsed at the start and again by the worker. */
  readonly parameters: ZodType<P>;
  readonly steps: readonly SagaStep<P>[];
  /** Why this kind cannot be rolled back; unset when it can. */
  readonly noRollback?: string;
  /** One that stopped on its way keeps its subject: nothing else begins before it was resumed or rolled back. */
  readonly mustEnd?: boolean;
  /** What the operation keeps of its steps' outputs when it has succeeded; the outputs themselves are dropped then. */
  result?(work: SagaWork<P>): JsonObject;
  /** Rows that follow the operation's state, written in the same transaction as the state. */
  follow?(tx: Tx, work: SagaWork<P>, change: StateChange): Promise<void>;
}

export interface SagaStep<P = unknown> {
  readonly name: string;
  /** Attempts until a transient error ends the operation; 5 unless told. */
  readonly maxAttempts?: number;
  /** Milliseconds that one attempt may take; 10 minutes unless told. */
  readonly timeoutMs?: number;
  /** Why there is no way back once this step is done: then a failure keeps what is done, and the operation goes on by a resume. */
  readonly noReturn?: string;
  /** The effect outside this database. What it returns is handed to `record` and to later steps. */
  act?(work: StepWork<P>): Promise<JsonObject | undefined>;
  /** Rows written in the transaction of the step's checkpoint; what it returns is added to the output. */
  record?(tx: Tx, work: StepWork<P>): Promise<JsonObject | undefined>;
  undo?(work: StepWork<P>): Promise<void>;
  recordUndo?(tx: Tx, work: StepWork<P>): Promise<void>;
}

/** One mutating operation a subject: the holder of the newest epoch. */
export interface Lease {
  readonly subject: string;
  readonly epoch: number;
}

export interface SagaWork<P = unknown> {
  readonly ctx: Ctx;
  readonly operationId: string;
  readonly subject: string;
  readonly tenantId: string | null;
  readonly parameters: P;
  /** The output of an earlier step. @throws AppError when it has none or not of this form. */
  output<T>(step: string, schema: ZodType<T>): T;
  /** The same, or undefined when the step has not been done. */
  outputIfAny<T>(step: string, schema: ZodType<T>): T | undefined;
}

export interface StepWork<P = unknown> extends SagaWork<P> {
  readonly lease: Lease;
  /** Aborted on cancel, on the loss of the lease, at the step's timeout and when the worker stops. */
  readonly signal: AbortSignal;
  readonly progress: StepProgress;
  /** What `act` of this step returned; empty before. */
  readonly acted: JsonObject;
}

export interface StateChange {
  readonly to: OperationState;
  readonly failure?: Failure;
}

/** Every saga by its kind; the rooms that know what the steps do register them before the first operation. */
export class SagaRegistry {
  private readonly byKind = new Map<string, Saga>();

  register(...sagas: readonly Saga[]): this {
    for (const saga of sagas) this.byKind.set(saga.kind, saga);
    return this;
  }

  /** @throws Error for a kind that nobody registered: a fault of the program, not of its caller. */
  get(kind: string): Saga {
    const saga = this.byKind.get(kind);
    if (!saga) throw new Error(`No saga is registered for operations of kind "${kind}".`);
    return saga;
  }
}

/** Ties a saga's steps to the type that its schema gives; the engine parses the parameters before any part sees them. */
export function defineSaga<P>(saga: Saga<P>): Saga {
  return saga;
}
