/** What the rows of the ledger hold: JSON, parsed again when it is read. */
import * as z from 'zod/mini';
import { LedgerCorruptError } from './account.js';
import { forwardRecordSchema } from './forward-record.js';
import { movementSchema, type Movement } from './movement.js';

const whole = z.number().check(z.int(), z.nonnegative());

/** What one conditional write adds to a shard: all or none of it. */
const batchSchema = z.object({
  /** By which its writer recognises it when the answer to the write was lost. */
  id: z.string(),
  movements: z.array(movementSchema),
  /** Of the movements, those of other replicas came in these forwards. */
  forwards: z.optional(z.array(forwardRecordSchema)),
});

const settlementSchema = z.object({
  /** The version up to which the journal was moved to the rows of the accounts. */
  settled: whole,
  /** The newest versions and batches that were moved, for a writer that looks for its own. */
  moved: z.array(z.tuple([whole, z.string()])),
  /** The forwards that were moved with them: version, id and results. */
  forwards: z._default(z.array(z.tuple([whole, z.string(), z.string()])), []),
  /** Settled accounts that had tokens held. */
  holding: z._default(z.array(z.string()), []),
  /** The house's side of all movements that were settled. */
  house: z.object({ issued: whole, revenue: z.number().check(z.int()) }),
});

export type Batch = z.infer<typeof batchSchema>;
export type Settlement = Readonly<z.infer<typeof settlementSchema>>;

export interface ShardHead extends Settlement {
  /** Counts the conditional writes to the shard. */
  readonly version: number;
}

export const newShard: ShardHead = {
  version: 0,
  settled: 0,
  moved: [],
  forwards: [],
  holding: [],
  house: { issued: 0, revenue: 0 },
};

export const parseBatch = (bytes: Uint8Array): Batch => parseStored(batchSchema, bytes, 'journal entry');
export const parseSettlement = (bytes: Uint8Array): Settlement =>
  parseStored(settlementSchema, bytes, 'settlement of a shard');
export const parseMovements = (bytes: Uint8Array): Movement[] =>
  parseStored(z.array(movementSchema), bytes, 'page of movements');

/** @throws LedgerCorruptError when the bytes are not what this ledger writes. */
export function parseStored<T extends z.ZodMiniType>(
  schema: T,
  bytes: Uint8Array,
  what: string,
): z.output<T> {
  try {
    return schema.parse(JSON.parse(Buffer.from(bytes).toString('utf8')));
  } catch (cause) {
    throw new LedgerCorruptError(`A ${what} cannot be read.`, { cause });
  }
}
