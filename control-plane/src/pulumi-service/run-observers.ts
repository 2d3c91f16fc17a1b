import type { UpdateState } from './updates.repository.js';
import type { EngineEvent } from './wire/engine-event.js';

/** What a run's owner learns while its CLI speaks to this process. */
export interface RunObserver {
  /** The CLI's first request has arrived. */
  connected(): void;
  updateStarted(updateId: string): void;
  engineEvents(events: readonly EngineEvent[]): void;
  updateEnded(state: UpdateState): void;
  /** A request was refused since the lease belongs to somebody else now. */
  refused(): void;
}

/** The observers of the runs that this process drives. */
export class RunObservers {
  readonly #observers = new Map<string, RunObserver>();

  observe(runId: string, observer: RunObserver): void {
    this.#observers.set(runId, observer);
  }

  forget(runId: string): void {
    this.#observers.delete(runId);
  }

  of(runId: string | null | undefined): RunObserver | undefined {
    return runId ? this.#observers.get(runId) : undefined;
  }
}
