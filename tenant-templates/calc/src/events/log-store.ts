import type { CommandEvent, LogEvent } from './log-event.js';

/** Events that were written at once: the unit of the log. The first one's place is the batch's; the next batch begins where it ends. */
export interface Batch {
  readonly first: number;
  /** Which attempt at writing it was: unique, so that a writer whose answer was lost knows its batch when it reads it. */
  readonly attempt: string;
  /** When it was written, by its writer's clock, in milliseconds since 1970; undefined for those of releases that did not say. */
  readonly at: number | undefined;
  readonly events: readonly LogEvent[];
}

/** Where a reader of the log may begin without reading all of it. */
export interface Checkpoint {
  /** The place of the last batch that is summed up in it. */
  readonly last: number;
  /** The commands up to there, that batch included, which have no result. */
  readonly pending: readonly CommandEvent[];
}

/** The most events of a batch: what a reader that looks for one place has to go back. */
export const maxBatchEvents = 500;

/** The log in the shared Bigtable: one row a batch, by its place. */
export interface LogStore {
  /**
   * Writes a batch if its place is free. To be repeated with the same batch, and nothing else, while its outcome is not known.
   * @returns whether it is there, now or since an earlier call.
   * @throws DataUnavailableError when nothing was written; OutcomeUnknownError when that cannot be known.
   */
  append(batch: Batch): Promise<boolean>;
  /** Batches that begin at `from` or later, and before `before`, in order. */
  read(range: { readonly from: number; readonly before?: number; readonly limit: number }): Promise<Batch[]>;
  /** Removes a batch; nothing where there is none. */
  remove(first: number): Promise<void>;
  readCheckpoint(): Promise<Checkpoint | undefined>;
  writeCheckpoint(checkpoint: Checkpoint): Promise<void>;
}
