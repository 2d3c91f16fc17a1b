import type { Total } from '../fold/total.js';
import type { WriterState } from '../fold/writer-state.js';

export interface QueuedBatch {
  seq: number;
  /** When its writing began, in milliseconds since 1970 by the writer's clock. */
  at: number;
  body: string;
}

export interface QueueHead {
  writer: string;
  at: number;
}

/** A total with the mark of its last change, which no other change has. */
export interface StoredTotal {
  version: string;
  total: Total;
}

/**
 * The rows of a tenant's increments. Every call may reject with DataUnavailableError (nothing was done), every write with
 * OutcomeUnknownError too (it may be done, now or later).
 */
export interface IncrementsStore {
  /** Resolves when the batch is durable. To be called for one batch of a writer at a time. */
  append(writer: string, batch: QueuedBatch): Promise<void>;
  /** The oldest batch of each queue that is not empty. */
  heads(): Promise<QueueHead[]>;
  /** The oldest batches of a queue, in the order of their numbers. */
  queue(writer: string, limit: number): Promise<QueuedBatch[]>;
  /** Removes batches from a queue. */
  remove(writer: string, seqs: readonly number[]): Promise<void>;

  writers(names: readonly string[]): Promise<Map<string, WriterState>>;
  /** All writers of which something is known. */
  allWriters(): Promise<Map<string, WriterState>>;
  /** Replaces (`to` undefined: removes) what is known of a writer if it is still `from`. */
  replaceWriter(name: string, from: WriterState | undefined, to: WriterState | undefined): Promise<boolean>;

  totals(keys: readonly string[]): Promise<Map<string, StoredTotal>>;
  /** Replaces a total if its version is still this one. */
  replaceTotal(key: string, version: string | undefined, to: StoredTotal): Promise<boolean>;

  /** Keeps a batch that cannot be read. The same batch again changes nothing. */
  setAside(writer: string, batch: QueuedBatch): Promise<void>;
  batchesAside(limit: number): Promise<(QueuedBatch & { writer: string })[]>;
  removeAside(writer: string, seq: number): Promise<void>;
  /** Notes that a key has increments which did not fit. */
  markDead(key: string): Promise<void>;
  deadKeys(limit: number): Promise<string[]>;
}
