import type { Metrics } from '../platform/telemetry/metrics.js';
import type { Checkpointed } from './checkpoints.repository.js';
import { isLive, type OperationState } from './operation.js';
import type { OperationRow } from './operations.repository.js';

/** Hears of each checkpoint that a worker has written, and of each operation that its caller has brought to an end. */
export interface RunObserver {
  checkpointed(operation: OperationRow, written: Checkpointed): void;
  endedByCaller(operation: OperationRow, result: OperationState, endedAt: Date): void;
}

const ended = new Set(['succeeded', 'failed', 'undone']);

/** Measures steps and operations by the database's clock, as the checkpoints tell of them. */
export class MeasuringObserver implements RunObserver {
  constructor(private readonly metrics: Pick<Metrics, 'operations'>) {}

  checkpointed({ kind, created_at: createdAt }: OperationRow, written: Checkpointed): void {
    const since = (end: Date | string): number => (new Date(end).getTime() - createdAt.getTime()) / 1000;
    for (const { name: step, state: result, startedAt, endedAt } of written.steps) {
      if (!startedAt || !endedAt || !ended.has(result)) continue;
      const seconds = (Date.parse(endedAt) - Date.parse(startedAt)) / 1000;
      this.metrics.operations.stepEnded({ kind, step, result, seconds });
      if (kind === 'tenant.create' && step === 'verify' && result === 'succeeded')
        this.metrics.operations.firstPage(since(endedAt));
    }
    if (written.endedAt && !isLive(written.state))
      this.metrics.operations.operationEnded({
        kind,
        result: written.state,
        seconds: since(written.endedAt),
      });
  }

  endedByCaller({ kind, created_at: createdAt }: OperationRow, result: OperationState, endedAt: Date): void {
    const seconds = (endedAt.getTime() - createdAt.getTime()) / 1000;
    this.metrics.operations.operationEnded({ kind, result, seconds });
  }
}
