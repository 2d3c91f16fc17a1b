import { isOf, type ResultEvent, type SequencedEvent, type Topic } from './log-event.js';
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
        const events = eventsOf(batch, place).filter(({ event }) => isOf(topic, event));
        place = Math.max(place, batch.first + batch.events.length);
        if (events.length > 0) yield events;
      }
      if (batches.length === 0) await this.tail.until(place, signal);
    }
  }

  /** The event at a place; undefined when there is none yet. */
  async eventAt(place: number): Promise<SequencedEvent | undefined> {
    const [batch] = await this.batchesFrom(place);
    return batch && eventsOf(batch, place)[0];
  }

  /** The result of a command that has one. */
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

  /** Some batches from the one that holds a place; empty at the end of the log. */
  private async batchesFrom(place: number): Promise<readonly Batch[]> {
    if (place >= this.tail.next) return [];
    const kept = this.tail.since(place);
    if (kept !== undefined) return kept;
    // The batch that holds the place begins there or before, but by no more than a batch is long.
    const earliest = Math.max(1, place - maxBatchEvents + 1);
    const before = await this.store.read({ from: earliest, before: place + 1, limit: maxBatchEvents });
    const holding = before.at(-1);
    const rest = await this.store.read({ from: place + 1, limit: pageRows });
    return holding ? [holding, ...rest] : rest;
  }
}

function eventsOf({ first, events }: Batch, from: number): SequencedEvent[] {
  return events
    .map((event, index) => ({ sequence: first + index, event }))
    .filter(({ sequence }) => sequence >= from);
}
