import type { JsonObject } from '../platform/json.js';
import { rows, type Tx } from '../platform/unit-of-work.js';
import { LeaseLostError } from './leases.repository.js';
import type { Failure, OperationState, ResourceCounts, StepState } from './operation.js';
import { isLive } from './operation.js';
import type { Lease } from './saga.js';
import { nextStepState, statesBefore, type StepEvent } from './step-states.js';

export interface StepChange {
  readonly position: number;
  readonly event: StepEvent;
  readonly message?: string | null;
  readonly output?: JsonObject;
  readonly resources?: ResourceCounts;
}

export interface OperationChange {
  /** The state that the change was decided in. */
  readonly from: OperationState;
  readonly to: OperationState;
  readonly failure?: Failure;
  readonly result?: JsonObject;
}

export interface Checkpoint {
  readonly steps?: readonly StepChange[];
  readonly operation?: OperationChange;
}

export interface StepFacts {
  readonly position: number;
  readonly name: string;
  readonly state: StepState;
  readonly attempts: number;
  readonly message: string | null;
  readonly resources: ResourceCounts;
  readonly startedAt: string | null;
  readonly endedAt: string | null;
}

export interface Checkpointed {
  /** The operation's state after the checkpoint: a caller may have asked for a cancel in between. */
  readonly state: OperationState;
  readonly rollbackRequested: boolean;
  readonly tenantId: string | null;
  readonly endedAt: Date | null;
  readonly steps: readonly StepFacts[];
}

/** A caller's request has changed the operation's state since it was read; decide again. */
export class StateMovedError extends Error {
  override readonly name = 'StateMovedError';
}

/**
 * What a worker writes in the ledger. Each write proves in the same statement that the worker's epoch is still the newest,
 * and holds the lease's row until the transaction ends, so that a takeover waits for it.
 */
export class CheckpointsRepository {
  /**
   * @throws LeaseLostError when a newer epoch exists, StateMovedError when the operation has left `from`: then nothing may be
   * committed.
   */
  async write(tx: Tx, lease: Lease, operationId: string, checkpoint: Checkpoint): Promise<Checkpointed> {
    const changes = (checkpoint.steps ?? []).map(toRow);
    const { operation } = checkpoint;
    const [row] = await rows<{
      held: boolean;
      state: OperationState | null;
      rollback_requested: boolean | null;
      tenant_id: string | null;
      ended_at: Date | null;
      steps: StepFacts[];
    }>(tx, writeSql, [
      lease.subject,
      lease.epoch,
      operationId,
      JSON.stringify(changes),
      operation?.to ?? null,
      operation ? !isLive(operation.to) : null,
      operation?.failure !== undefined,
      operation?.failure ?? null,
      operation?.result ?? null,
      operation?.from ?? null,
    ]);
    if (!row?.held) throw new LeaseLostError(lease);
    if (row.state === null)
      throw new StateMovedError(`${operationId} is no longer ${operation?.from ?? 'there'}.`);
    if (row.steps.length !== changes.length) throw new Error(outOfStep(operationId, changes, row.steps));
    return {
      state: row.state,
      rollbackRequested: row.rollback_requested ?? false,
      tenantId: row.tenant_id,
      endedAt: row.ended_at,
      steps: row.steps,
    };
  }

  /** Says how far the running step is; false when it no longer runs under this epoch. Not flushed to disk before it returns. */
  async progress(
    tx: Tx,
    lease: Lease,
    operationId: string,
    position: number,
    message: string | null,
    resources: ResourceCounts,
  ): Promise<boolean> {
    const [row] = await rows<{ written: boolean }>(
      tx,
      `with durability as materialized (select set_config('synchronous_commit', 'off', true)),
       written as (
         update leasehold.operation_steps s set message = $5, resources = $6
         from durability
         where s.operation_id = $3 and s.position = $4
           and exists (select 1 from leasehold.leases l where l.subject = $1 and l.epoch = $2)
         returning 1)
       select exists (select 1 from written) as written`,
      [lease.subject, lease.epoch, operationId, position, message, resources],
    );
    return row?.written ?? false;
  }
}

const writeSql = `
  with fence as materialized (
    select 1 from leasehold.leases where subject = $1 and epoch = $2 for no key update),
  operation as (
    update leasehold.operations o set
      state = coalesce($5, o.state), epoch = $2, updated_at = clock_timestamp(),
      ended_at = case when $6::boolean then clock_timestamp() when $6 is null then o.ended_at end,
      error = case when $7::boolean then $8::jsonb else o.error end,
      result = coalesce($9::jsonb, o.result)
    from fence where o.id = $3 and ($10::text is null or o.state = $10)
    returning o.state, o.rollback_requested_at is not null as rollback_requested, o.tenant_id, o.ended_at),
  steps as (
    update leasehold.operation_steps s set
      state = c.state, message = c.message,
      attempts = s.attempts + c.attempts,
      output = coalesce(c.output, s.output), resources = coalesce(c.resources, s.resources),
      started_at = case when c.begins then coalesce(s.started_at, clock_timestamp()) when c.attempts < 0 then null
        else s.started_at end,
      ended_at = case when c.ends then clock_timestamp() end
    from fence, jsonb_to_recordset($4::jsonb) as c (position integer, state text, "before" text[], message text,
      output jsonb, resources jsonb, attempts integer, begins boolean, ends boolean)
    where s.operation_id = $3 and s.position = c.position and s.state = any (c."before")
    returning s.position, s.name, s.state, s.attempts, s.message, s.resources,
      s.started_at as "startedAt", s.ended_at as "endedAt")
  select exists (select 1 from fence) as held,
    (select state from operation) as state,
    (select rollback_requested from operation) as rollback_requested,
    (select tenant_id from operation) as tenant_id,
    (select ended_at from operation) as ended_at,
    coalesce((select jsonb_agg(steps order by steps.position) from steps), '[]') as steps`;

function toRow(change: StepChange): Record<string, unknown> {
  const { event } = change;
  const before = statesBefore(event);
  const [first] = before;
  return {
    position: change.position,
    state: first && nextStepState(first, event),
    before,
    message: change.message ?? null,
    output: change.output ?? null,
    resources: change.resources ?? null,
    attempts: event === 'begin' ? 1 : event === 'yield' ? -1 : 0,
    begins: event === 'begin',
    ends: event !== 'begin' && event !== 'yield',
  };
}

function outOfStep(
  operationId: string,
  wanted: readonly Record<string, unknown>[],
  got: readonly StepFacts[],
): string {
  const missing = wanted.filter(({ position }) => !got.some((step) => step.position === position));
  return `The ledger of ${operationId} does not allow ${JSON.stringify(missing)}.`;
}
