import type { EngineEvent } from '../../pulumi-service/wire/engine-event.js';
import type { ResourceCounts, RunError, RunEvent } from '../stack-run.js';
import { runEvent } from './run-event.js';
import { countChanges } from './count-changes.js';

/**
 * What a run's engine has told so far. The CLI sends events in batches, several at a time: they are put back in order by their
 * numbers, which have no gaps.
 */
export class EngineProgress {
  readonly #early = new Map<number, EngineEvent>();
  readonly #errors: RunError[] = [];
  readonly #done = new Map<string, number>();
  #next = 0;
  #summary: Readonly<Record<string, number>> | undefined;

  constructor(private readonly onEvent: (event: RunEvent) => void) {}

  add(events: readonly EngineEvent[]): void {
    for (const event of events) if (event.sequence >= this.#next) this.#early.set(event.sequence, event);
    for (let event = this.#early.get(this.#next); event; event = this.#early.get(this.#next))
      this.#take(event);
  }

  /** Takes what came after a gap, since nothing more will come. */
  end(): void {
    for (const event of [...this.#early.values()].sort((a, b) => a.sequence - b.sequence)) this.#take(event);
  }

  get errors(): readonly RunError[] {
    return this.#errors;
  }

  /** By the engine's own summary; of a run that was cut off, what was reported as done. */
  get counts(): ResourceCounts {
    return countChanges(this.#summary ?? Object.fromEntries(this.#done));
  }

  #take(event: EngineEvent): void {
    this.#early.delete(event.sequence);
    this.#next = event.sequence + 1;
    if (event.summaryEvent?.resourceChanges) this.#summary = event.summaryEvent.resourceChanges;
    const op = event.resOutputsEvent?.metadata.op;
    if (op) this.#done.set(op, (this.#done.get(op) ?? 0) + 1);
    const told = runEvent(event);
    if (!told) return;
    if (told.kind === 'diagnostic' && told.severity === 'error') {
      const { urn, message } = told;
      this.#errors.push(urn ? { urn, message } : { message });
    }
    this.onEvent(told);
  }
}
