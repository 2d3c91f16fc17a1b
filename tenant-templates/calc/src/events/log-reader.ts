import { isOf, type ResultEvent, type SequencedEvent, type Topic } from './log-event.js';
import { TrimmedError } from './trimmed-error.js';
import { maxBatchEvents, type Batch, type LogStore } from './log-store.js';
import type { LogTail } from './log-tail.js';

const pageRows = 20;

/** Reads the log in order, from any place. */
export class LogReader {
  constructor(
    private readonly store: LogStore,
    private readonly tail: LogTail,
  ) {}

  /** As `EventLog.read`. */
  async *read(
    topic: Topic | undefined,
    after: number,
    signal: AbortSignal,
  ): AsyncGenerator<readonly SequencedEvent[]> {
    let place = after + 1;
    while (!signal.aborted) {
      const batches = await this.batchesFrom(place);
      for (const batch of batches) {
        // Not there, or not there yet: the next look says which.
        if (batch.first > place) break;
        const events = eventsOf(batch, place).filter(({ event }) => isOf(topic, event));
        place = Math.max(place, batch.first + batch.events.length);
        if (events.length > 0) yield events;
      }
      if (batches.length === 0) await this.tail.until(place, signal);
    }
  }

  /** The first place that is kept; the next one of an empty log. */
  async oldest(): Promise<number> {
    const [batch] = await this.store.read({ from: 1, limit: 1 });
    return batch?.first ?? this.tail.next;
  }

  /** @throws TrimmedError when an event was at this place and is no longer kept. */
  async requireKept(place: number): Promise<void> {
    await this.batchesFrom(place);
  }

  /** The event at a place; undefined when there is none yet. @throws TrimmedError */
  async eventAt(place: number): Promise<SequencedEvent | undefined> {
    const [batch] = await this.batchesFrom(place);
    return batch && eventsOf(batch, place)[0];
  }

  /** The result of a command that has one. @throws TrimmedError */
  async resultOf(id: string): Promise<ResultEvent | undefined> {
    let place = Number(id) + 1;
    for (;;) {
      const batches = await this.batchesFrom(place);
      for (const batch of batches) {
        const found = batch.events.find((event) => event.type === 'result' && event.command_id === id);
        if (found?.type === 'result') return found;
        place = batch.first + batch.events.length;
      }
      if (batches.length === 0) return undefined;
    }
  }

  /**
   * Some batches from the one that holds a place; empty at the end of the log.
   * @throws TrimmedError when the place is no longer kept.
   */
  private async batchesFrom(place: number): Promise<readonly Batch[]> {
    if (place >= this.tail.next) return [];
    const kept = this.tail.since(place);
    if (kept !== undefined) return kept;
    // The batch that holds the place begins there or before, but by no more than a batch is long.
    const earliest = Math.max(1, place - maxBatchEvents + 1);
    const before = await this.store.read({ from: earliest, before: place + 1, limit: maxBatchEvents });
    const holding = before.at(-1);
    const rest = await this.store.read({ from: place + 1, limit: pageRows });
    if (holding !== undefined && holding.first + holding.events.length > place) return [holding, ...rest];
    // The place is one of the log, and its batch is not there: those before the next one have been trimmed.
    throw new TrimmedError(rest[0]?.first ?? this.tail.next);
  }
}

function eventsOf({ first, attempt, events }: Batch, from: number): SequencedEvent[] {
  return events
    .map((event, index) => ({ sequence: first + index, attempt, event }))
    .filter(({ sequence }) => sequence >= from);
}
