/** The total of a key: the sum, how far each writer's queue is in it, and what did not fit. */
import * as z from 'zod/mini';
import type { Run } from '../accept/batch.js';
import { greatestInt64 } from '../accept/parse-increment.js';

export interface Total {
  value: bigint;
  /** By writer, the sequence number of the last batch that is in the value. */
  folded: ReadonlyMap<string, number>;
  /** Increments that would have taken the value beyond int64. */
  dead: readonly Run[];
  /** More of those than are kept one by one. */
  deadRest: { sum: bigint; count: number };
}

export const noTotal: Total = {
  value: 0n,
  folded: new Map(),
  dead: [],
  deadRest: { sum: 0n, count: 0 },
};

/** Different values that are kept one by one for a key: a client who sends nothing else must not make its row grow for ever. */
const deadKept = 1_000;

/** A batch of one writer as one key sees it. */
export interface KeyedBatch {
  seq: number;
  runs: readonly Run[];
}

/** The total with the batches that are not in it yet; undefined when all of them are. Batches are in the order of their numbers. */
export function foldInto(total: Total, writer: string, batches: readonly KeyedBatch[]): Total | undefined {
  const upTo = total.folded.get(writer) ?? 0;
  const fresh = batches.filter(({ seq }) => seq > upTo);
  const last = fresh.at(-1);
  if (last === undefined) return undefined;
  let next: Total = { ...total, folded: new Map(total.folded).set(writer, last.seq) };
  for (const { runs } of fresh) for (const run of runs) next = addRun(next, run);
  return next;
}

/** Without the marks of writers whose batches up to there will not be folded again. */
export function withoutMarks(total: Total, isOver: (writer: string, seq: number) => boolean): Total {
  return { ...total, folded: new Map([...total.folded].filter(([writer, seq]) => !isOver(writer, seq))) };
}

/** Adds as many of the run as fit into int64; the others are set aside. */
export function addRun(total: Total, { value, count }: Run): Total {
  const room = (greatestInt64 - total.value) / value;
  const fitting = room < BigInt(count) ? Number(room) : count;
  const added = { ...total, value: total.value + value * BigInt(fitting) };
  return fitting === count ? added : setAside(added, { value, count: count - fitting });
}

function setAside(total: Total, { value, count }: Run): Total {
  const same = total.dead.find((run) => run.value === value);
  if (same) {
    const dead = total.dead.map((run) => (run === same ? { value, count: run.count + count } : run));
    return { ...total, dead };
  }
  if (total.dead.length < deadKept) return { ...total, dead: [...total.dead, { value, count }] };
  const { deadRest } = total;
  return {
    ...total,
    deadRest: { sum: deadRest.sum + value * BigInt(count), count: deadRest.count + count },
  };
}

const digits = z.string().check(z.regex(/^\d+$/));
const whole = z.number().check(z.int(), z.minimum(0));
const stored = z.object({
  value: digits,
  folded: z.array(z.tuple([z.string(), whole])),
  dead: z.array(z.tuple([digits, whole])),
  deadRest: z.tuple([digits, whole]),
});

export function encodeTotal({ value, folded, dead, deadRest }: Total): string {
  return JSON.stringify({
    value: String(value),
    folded: [...folded],
    dead: dead.map((run) => [String(run.value), run.count]),
    deadRest: [String(deadRest.sum), deadRest.count],
  });
}

/** @throws Error for text that no version of this program has written. */
export function decodeTotal(text: string): Total {
  const { value, folded, dead, deadRest } = stored.parse(JSON.parse(text));
  return {
    value: BigInt(value),
    folded: new Map(folded),
    dead: dead.map(([each, count]) => ({ value: BigInt(each), count })),
    deadRest: { sum: BigInt(deadRest[0]), count: deadRest[1] },
  };
}
