import type { NewEvent } from '../events/outbox.js';
import type { Checkpointed, StepFacts } from './checkpoints.repository.js';
import { isLive, type Failure, type OperationState } from './operation.js';
import type { ProgressReport } from './step-progress.js';

/**
 * What the stream of an operation tells: its state (`operation.state`), a step's state (`operation.step`), how far the
 * running step is (`operation.progress`, with the resources that changed since the last one).
 */
interface Whose {
  readonly operationId: string;
  readonly tenantId: string | null;
}

export interface StateTold {
  readonly state: OperationState;
  /** Null while the operation lives; by it a reader knows its last event. */
  readonly endedAt: Date | null;
  readonly kind?: string;
  readonly error?: Failure;
}

export function stateEvent(whose: Whose, { endedAt, ...told }: StateTold): NewEvent {
  return { type: 'operation.state', ...whose, data: { ...told, endedAt: endedAt?.toISOString() ?? null } };
}

export function progressEvent(whose: Whose, step: string, report: ProgressReport): NewEvent {
  return { type: 'operation.progress', ...whose, data: { step, ...report } };
}

export interface Told {
  /** Whether the checkpoint was about the operation's own state as well. */
  readonly stateChanged: boolean;
  readonly failure?: Failure | undefined;
  /** What a step said last and no report has told yet. */
  readonly unreported?: ProgressReport | undefined;
}

/** The events of one checkpoint, in the order in which they happened: a life begins before its steps and ends after them. */
export function checkpointEvents(operationId: string, written: Checkpointed, told: Told): NewEvent[] {
  const whose = { operationId, tenantId: written.tenantId };
  const [first] = written.steps;
  const { unreported, failure } = told;
  const { state, endedAt } = written;
  const steps = written.steps.map((step) => stepEvent(whose, step));
  const change = stateEvent(whose, { state, endedAt, ...(failure ? { error: failure } : {}) });
  return [
    ...(first && unreported && unreported.changes.length > 0
      ? [progressEvent(whose, first.name, unreported)]
      : []),
    ...(told.stateChanged && isLive(state) ? [change] : []),
    ...steps,
    ...(told.stateChanged && !isLive(state) ? [change] : []),
  ];
}

function stepEvent(whose: Whose, step: StepFacts): NewEvent {
  const { name, state, attempts, message, resources, startedAt, endedAt } = step;
  const data = { name, state, attempts, message, resources, startedAt, endedAt };
  return { type: 'operation.step', ...whose, data };
}
