import type { JsonObject } from '../platform/json.js';
import type { Page } from '../platform/lists/page.js';
import type { ListRequest } from '../platform/lists/list.js';
import { rows, type Tx } from '../platform/unit-of-work.js';
import type { Failure, FailurePolicy, OperationState, ResourceCounts, StepState } from './operation.js';
import { isLive, liveStates } from './operation.js';
import type { RequestedEvent } from './operation-states.js';

export interface OperationRow {
  readonly id: string;
  readonly kind: string;
  readonly subject: string;
  readonly tenant_id: string | null;
  readonly state: OperationState;
  readonly input: JsonObject;
  readonly result: JsonObject | null;
  readonly error: Failure | null;
  readonly on_failure: FailurePolicy;
  readonly request_id: string;
  /** The trace that it was asked for in. */
  readonly traceparent: string | null;
  readonly rollback_requested_at: Date | null;
  readonly created_at: Date;
  readonly updated_at: Date;
  readonly ended_at: Date | null;
}

export interface StepRow {
  readonly operation_id: string;
  readonly position: number;
  readonly name: string;
  readonly state: StepState;
  readonly attempts: number;
  readonly message: string | null;
  readonly resources: ResourceCounts;
  readonly output: JsonObject | null;
  readonly started_at: Date | null;
  readonly ended_at: Date | null;
}

export interface NewOperation {
  readonly id: string;
  readonly kind: string;
  readonly subject: string;
  readonly tenantId: string | null;
  readonly input: JsonObject;
  readonly requestedBy: string;
  readonly requestId: string;
  readonly traceparent: string | undefined;
  readonly steps: readonly string[];
  readonly onFailure: FailurePolicy;
  /** `queued`, or what keeps it from a worker, or that it is done already. */
  readonly state: 'queued' | 'waiting_approval' | 'succeeded';
}

export interface RequestedChange {
  readonly event: RequestedEvent;
  /** The state that the change was decided in. */
  readonly from: OperationState;
  readonly to: OperationState;
  /** Why it ends, when a person ends it. */
  readonly failure?: Failure;
}

export interface OperationFilter {
  readonly tenantId?: string | undefined;
  readonly state?: OperationState | undefined;
  readonly kind?: string | undefined;
}

const columns = `id, kind, subject, tenant_id, state, input, result, error, on_failure, request_id, traceparent, rollback_requested_at,
  created_at, updated_at, ended_at`;
const stepColumns =
  'operation_id, position, name, state, attempts, message, resources, output, started_at, ended_at';

/** Reads the ledger, and writes what a caller's request changes in it. Workers write through `CheckpointsRepository` alone. */
export class OperationsRepository {
  /** False when the subject has an operation that has not ended. */
  async insert(tx: Tx, operation: NewOperation): Promise<boolean> {
    const inserted = await rows(
      tx,
      `with operation as (
         insert into leasehold.operations (id, kind, subject, tenant_id, input, requested_by, request_id, on_failure, state, traceparent,
           ended_at)
         values ($1, $2, $3, $4, $5, $6, $7, $9, $10, $11,
           case when $10 = 'succeeded' then clock_timestamp() end)
         on conflict (subject) where kind <> 'preview'
           and state in ('queued', 'running', 'waiting_approval', 'cancelling', 'rolling_back') do nothing
         returning id, tenant_id),
       steps as (
         insert into leasehold.operation_steps (operation_id, position, name, tenant_id)
         select operation.id, step.position, step.name, operation.tenant_id
         from operation, unnest($8::text[]) with ordinality as step (name, position))
       select id from operation`,
      [
        operation.id,
        operation.kind,
        operation.subject,
        operation.tenantId,
        operation.input,
        operation.requestedBy,
        operation.requestId,
        operation.steps,
        operation.onFailure,
        operation.state,
        operation.traceparent ?? null,
      ],
    );
    return inserted.length === 1;
  }

  async find(tx: Tx, id: string): Promise<OperationRow | undefined> {
    return (
      await rows<OperationRow>(tx, `select ${columns} from leasehold.operations where id = $1`, [id])
    )[0];
  }

  async findLive(tx: Tx, subject: string): Promise<OperationRow | undefined> {
    const sql = `select ${columns} from leasehold.operations where subject = $1 and kind <> 'preview' and state = any ($2)`;
    return (await rows<OperationRow>(tx, sql, [subject, liveStates]))[0];
  }

  /**
   * Whether a later operation has changed the same subject: then an older one can no longer go on. One without steps was done
   * with the request itself and has changed nothing that the older one made.
   */
  async isSuperseded(tx: Tx, operation: OperationRow): Promise<boolean> {
    const found = await rows(
      tx,
      `select 1 from leasehold.operations
       where subject = $1 and kind <> 'preview' and (created_at, id) > (select created_at, id from leasehold.operations where id = $2)
         and exists (select 1 from leasehold.operation_steps where operation_id = operations.id)
       limit 1`,
      [operation.subject, operation.id],
    );
    return found.length > 0;
  }

  /** The last operation of a subject, when it has failed or was cancelled and nothing came after it. */
  async newestStopped(
    tx: Tx,
    subject: string,
  ): Promise<Pick<OperationRow, 'id' | 'kind' | 'state'> | undefined> {
    const [last] = await rows<Pick<OperationRow, 'id' | 'kind' | 'state'>>(
      tx,
      `select id, kind, state from leasehold.operations
       where subject = $1 and exists (select 1 from leasehold.operation_steps where operation_id = operations.id)
       order by created_at desc, id desc limit 1`,
      [subject],
    );
    return last?.state === 'failed' || last?.state === 'cancelled' ? last : undefined;
  }

  async steps(tx: Tx, operationIds: readonly string[]): Promise<StepRow[]> {
    return rows<StepRow>(
      tx,
      `select ${stepColumns} from leasehold.operation_steps where operation_id = any ($1) order by operation_id, position`,
      [operationIds],
    );
  }

  async list(tx: Tx, filter: OperationFilter, request: ListRequest): Promise<Page<OperationRow>> {
    return request.page(tx, {
      sql: `select ${columns}, requested_by from leasehold.operations
        where ($1::text is null or tenant_id = $1) and ($2::text is null or state = $2) and ($3::text is null or kind = $3)`,
      parameters: [filter.tenantId ?? null, filter.state ?? null, filter.kind ?? null],
    });
  }

  /** Writes the state that a caller's request leads to; undefined when the operation has left `from` meanwhile. */
  async change(
    tx: Tx,
    id: string,
    change: RequestedChange,
  ): Promise<Pick<OperationRow, 'ended_at'> | undefined> {
    const { from, to, event, failure } = change;
    const [changed] = await rows<Pick<OperationRow, 'ended_at'>>(
      tx,
      `update leasehold.operations set state = $3, updated_at = clock_timestamp(),
         ended_at = case when $4::boolean then null else clock_timestamp() end,
         cancel_requested_at = case $5 when 'cancel' then clock_timestamp() when 'resume' then null else cancel_requested_at end,
         rollback_requested_at = case $5 when 'rollback' then clock_timestamp() when 'resume' then null else rollback_requested_at end,
         error = case $5 when 'resume' then null else coalesce($6::jsonb, error) end,
         takes = case $5 when 'cancel' then takes else 0 end
       where id = $1 and state = $2
       returning ended_at`,
      [id, from, to, isLive(to), event, failure ?? null],
    );
    return changed;
  }

  /** Counts a worker that takes the operation (1) or hands it on in good order (-1). */
  async countTake(tx: Tx, id: string, by: 1 | -1): Promise<number> {
    const [row] = await rows<{ takes: number }>(
      tx,
      'update leasehold.operations set takes = takes + $2 where id = $1 returning takes',
      [id, by],
    );
    return row?.takes ?? 0;
  }

  /**
   * Drops what the steps of a subject's operations handed on. Nobody needs it once an operation is through, since what came
   * before can no longer be resumed; and it holds the tenant's configuration.
   */
  async dropOutputs(tx: Tx, subject: string): Promise<void> {
    await rows(
      tx,
      `update leasehold.operation_steps s set output = null
       from leasehold.operations o where o.subject = $1 and s.operation_id = o.id and s.output is not null`,
      [subject],
    );
  }

  /** Makes the steps that are not done ready for another go; what is done stays done. */
  async resetSteps(tx: Tx, id: string, from: readonly StepState[]): Promise<void> {
    await rows(
      tx,
      `update leasehold.operation_steps
       set state = 'pending', attempts = 0, message = null, started_at = null, ended_at = null
       where operation_id = $1 and state = any ($2)`,
      [id, from],
    );
  }

  /** Wakes the worker that runs this operation, once the transaction is committed. */
  async notifyWorker(tx: Tx, id: string): Promise<void> {
    await rows(tx, `select pg_notify('operation_control', $1)`, [id]);
  }
}
