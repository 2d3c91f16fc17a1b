import type { ZodType } from 'zod';
import { AppError } from '../platform/app-error.js';
import type { JsonObject } from '../platform/json.js';
import type { Ctx } from '../platform/request-context.js';
import type { Checkpointed } from './checkpoints.repository.js';
import type { HeldLease } from './lease-keeper.js';
import type { Taken } from './ledger.js';
import type { OperationRow, StepRow } from './operations.repository.js';
import type { RunObserver } from './run-observer.js';
import type { Saga, SagaStep, SagaWork } from './saga.js';

/** One operation in the hands of one worker under one epoch: what the runner knows while it walks the steps. */
export class Run {
  readonly operation: OperationRow;
  /** Of the operation, as the last checkpoint left it. */
  state: OperationRow['state'];
  rollbackRequested: boolean;
  /** Position of a step that was begun in the ledger and has done nothing yet. */
  idle: number | undefined;
  private readonly ledgerSteps: StepRow[];
  private readonly outputs: Map<string, JsonObject>;

  constructor(
    readonly ctx: Ctx,
    readonly saga: Saga,
    readonly parameters: unknown,
    taken: Taken,
    public held: HeldLease,
    private readonly observer?: RunObserver,
  ) {
    this.operation = taken.operation;
    this.state = taken.operation.state;
    this.rollbackRequested = taken.operation.rollback_requested_at !== null;
    this.ledgerSteps = [...taken.steps];
    this.idle = taken.begun;
    this.outputs = new Map(
      taken.steps.flatMap(({ name, output }) => (output ? [[name, output] as const] : [])),
    );
  }

  get steps(): readonly StepRow[] {
    return this.ledgerSteps;
  }

  /** Steps that left the saga since the operation began are kept in the ledger and do nothing. */
  definition(step: StepRow): SagaStep {
    return this.saga.steps.find(({ name }) => name === step.name) ?? { name: step.name };
  }

  learn(written: Checkpointed): void {
    this.observer?.checkpointed(this.operation, written);
    this.state = written.state;
    this.rollbackRequested = written.rollbackRequested;
    for (const facts of written.steps) {
      if (facts.state === 'running' && facts.attempts === 1) this.idle = facts.position;
      const index = this.ledgerSteps.findIndex(({ position }) => position === facts.position);
      const known = this.ledgerSteps[index];
      if (known)
        this.ledgerSteps[index] = {
          ...known,
          state: facts.state,
          attempts: facts.attempts,
          message: facts.message,
        };
    }
  }

  keepOutput(step: string, output: JsonObject): void {
    this.outputs.set(step, output);
  }

  work(): SagaWork {
    return {
      ctx: this.ctx,
      operationId: this.operation.id,
      subject: this.operation.subject,
      tenantId: this.operation.tenant_id,
      parameters: this.parameters,
      output: (step, schema) => this.output(step, schema),
      outputIfAny: (step, schema) => (this.outputs.has(step) ? this.output(step, schema) : undefined),
    };
  }

  private output<T>(step: string, schema: ZodType<T>): T {
    const parsed = schema.safeParse(this.outputs.get(step));
    if (parsed.success) return parsed.data;
    throw new AppError('internal', 'step_output_missing', {
      publicMessage: `The step "${step}" left no result that a later step can use; roll the operation back and start it again.`,
      cause: parsed.error,
      logLevel: 'error',
    });
  }
}
