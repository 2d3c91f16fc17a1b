import { z } from 'zod';

/** What a call of a provider does to the cloud. */
export const faultOperations = ['create', 'update', 'read', 'delete'] as const;
export type FaultOperation = (typeof faultOperations)[number];

/**
 * What the cloud does instead of what was asked: it refuses with a status (429, 500, 503), says nothing in time, does the
 * work but its answer is lost, finds a concurrent change, or is slow and then does what was asked.
 */
export const faultKinds = ['429', '500', '503', 'timeout', 'lost', 'conflict', 'slow'] as const;
export type FaultKind = (typeof faultKinds)[number];

/** A rule: which calls have which fault. What it leaves out it does not ask for. */
export interface FaultDraft {
  cell: string;
  type?: string | undefined;
  scope?: string | undefined;
  name?: string | undefined;
  operation: FaultOperation;
  fault: FaultKind;
  /** Milliseconds before the fault; of `slow`, before the call. */
  delayMs: number;
  /** How many calls it is for; without it, for all. */
  times?: number | undefined;
  /** Of each call that fits: above 0, at most 1. */
  probability: number;
  until?: Date | undefined;
}

/** A rule with how often it was applied. */
export interface Fault {
  id: string;
  cell: string;
  type: string | null;
  scope: string | null;
  name: string | null;
  operation: FaultOperation;
  fault: FaultKind;
  delayMs: number;
  times: number | null;
  taken: number;
  probability: number;
  until: Date | null;
  createdAt: Date;
}

const rowSchema = z
  .object({
    id: z.string(),
    cell: z.string(),
    type: z.string().nullable(),
    scope: z.string().nullable(),
    name: z.string().nullable(),
    operation: z.enum(faultOperations),
    fault: z.enum(faultKinds),
    delay_ms: z.number(),
    times: z.number().nullable(),
    taken: z.number(),
    probability: z.number(),
    until: z.date().nullable(),
    created_at: z.date(),
  })
  .transform(({ delay_ms, created_at, ...row }): Fault => ({
    ...row,
    delayMs: delay_ms,
    createdAt: created_at,
  }));

/** Reads one row of `twin.faults`. */
export function faultFromRow(row: unknown): Fault {
  return rowSchema.parse(row);
}
