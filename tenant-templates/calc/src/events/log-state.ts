/**
 * The log folded: where it ends, and which commands wait for their result. Pure.
 *
 * A batch takes its place only if the place is free, and only its writer's fold of all earlier batches says what may be in it. So two
 * replicas that execute the same command write for the same place; one loses, reads what the other wrote, and finds the command done:
 * every command has exactly one result, without locks or leases, whoever crashes.
 */
import type { Batch, Checkpoint } from './log-store.js';
import type { CommandEvent } from './log-event.js';

/** A batch was taken that does not join what was taken before. */
export class BrokenLogError extends Error {
  override readonly name = 'BrokenLogError';
}

export class LogState {
  readonly #pending = new Map<string, CommandEvent>();
  #last = 0;
  #next = 1;

  /** The place of the next event. */
  get next(): number {
    return this.#next;
  }

  /** The place of the last batch; 0 while there is none. */
  get last(): number {
    return this.#last;
  }

  /** Commands without a result, in their order. */
  get pending(): ReadonlyMap<string, CommandEvent> {
    return this.#pending;
  }

  /** Begins behind a batch and the commands that waited then. */
  beginAt(last: Batch, pending: readonly CommandEvent[]): void {
    this.#pending.clear();
    for (const command of pending) this.#pending.set(command.id, command);
    this.#last = last.first;
    this.#next = last.first + last.events.length;
  }

  /**
   * Takes the next batch; one that was taken before is left out.
   * @returns whether it was new.
   * @throws BrokenLogError when it leaves a gap.
   */
  apply({ first, events }: Batch): boolean {
    if (first < this.#next) return false;
    if (first > this.#next)
      throw new BrokenLogError(`The log goes on at ${first} where ${this.#next} was expected.`);
    for (const event of events) {
      if (event.type === 'command') this.#pending.set(event.id, event);
      else this.#pending.delete(event.command_id);
    }
    this.#last = first;
    this.#next = first + events.length;
    return true;
  }

  /** Leaves out what was trimmed: every command in there had its result. */
  skipTo(first: number): void {
    this.#pending.clear();
    this.#next = first;
  }

  /** Itself, to begin from later; undefined while there is nothing. */
  checkpoint(): Checkpoint | undefined {
    if (this.#last === 0) return undefined;
    return { last: this.#last, pending: [...this.#pending.values()] };
  }
}
