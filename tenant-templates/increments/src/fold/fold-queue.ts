import { decodeBatch, type Runs } from '../accept/batch.js';
import type { IncrementsStore, QueuedBatch, StoredTotal } from '../rows/increments-store.js';
import { inParallel } from './in-parallel.js';
import { foldInto, noTotal, withoutMarks, type KeyedBatch, type Total } from './total.js';
import type { WriterState } from './writer-state.js';

export interface FoldParts {
  store: IncrementsStore;
  /** A version that no other change of any process has. */
  newVersion: () => string;
  /** Told of each batch that cannot be read and each key with increments that do not fit. */
  onDead?: (what: { writer: string; seq: number } | { key: string }) => void;
}

/** A queue that this replica has taken. */
export interface TakenQueue {
  writer: string;
  /** As this replica wrote it when it took the queue. */
  state: WriterState;
}

/** Another replica has the queue, or has folded the batches. Nothing is wrong. */
export class QueueLostError extends Error {
  override readonly name = 'QueueLostError';
}

/** Batches that are folded together: they bound what is held in memory, and what a crash makes another replica do again. */
export const batchesPerPass = 200;
const keysPerRead = 500;
const keysAtOnce = 16;
/** Others fold other queues into the same totals. */
const triesPerKey = 8;

/**
 * Folds the oldest batches of a queue into their totals, notes that they are folded, and removes them.
 *
 * Each total holds the number of the last batch of this writer that is in it, and both change in one conditional mutation: a pass that ends
 * anywhere is done again by anybody, and what is in a total stays out the second time. A total's mark may be removed only when the writer's
 * own row says that its batches are over; so this pass first reads the total and then asks that row whether the batches are still to be
 * folded, and its write fails if the total has changed since it was read.
 * @returns how many batches were folded, and the state of the writer after that.
 * @throws QueueLostError when another replica has taken over.
 */
export async function foldQueue(
  parts: FoldParts,
  { writer, state }: TakenQueue,
  until: () => number,
): Promise<{ batches: number; state: WriterState }> {
  const { store } = parts;
  const queued = await wholeQueue(store, writer, state.folded);
  const leftover = queued.filter(({ seq }) => seq <= state.folded);
  const batches = queued.filter(({ seq }) => seq > state.folded);
  let now = state;
  const last = batches.at(-1);
  if (last !== undefined) {
    const byKey = keyed(await readable(parts, writer, batches));
    await inParallel(chunks([...byKey.keys()], keysPerRead), 1, (keys) =>
      foldKeys(parts, { writer, state }, byKey, keys),
    );
    now = { ...state, folded: last.seq, until: until() };
    if (!(await store.replaceWriter(writer, state, now))) throw new QueueLostError();
  }
  if (queued.length > 0)
    await store.remove(
      writer,
      [...leftover, ...batches].map(({ seq }) => seq),
    );
  return { batches: queued.length, state: now };
}

/**
 * The oldest batches without a gap that is none. A scan is no snapshot: it may pass the place of a batch before that is written, and then
 * meet the next one. A batch is written when the one before it is durable, so a second scan finds all up to the last of the first.
 */
async function wholeQueue(store: IncrementsStore, writer: string, folded: number): Promise<QueuedBatch[]> {
  const first = await store.queue(writer, batchesPerPass);
  const last = first.at(-1);
  if (last === undefined || first.filter(({ seq }) => seq > folded).length === last.seq - folded)
    return first;
  return (await store.queue(writer, batchesPerPass)).filter(({ seq }) => seq <= last.seq);
}

type ByKey = ReadonlyMap<string, readonly KeyedBatch[]>;

async function foldKeys(
  parts: FoldParts,
  queue: TakenQueue,
  byKey: ByKey,
  keys: readonly string[],
): Promise<void> {
  let left = keys;
  for (let tries = 0; left.length > 0; tries++) {
    if (tries === triesPerKey) throw new Error(`The totals of ${left.length} keys change all the time.`);
    left = await foldOnce(parts, queue, byKey, left);
  }
}

/** @returns the keys whose total was changed by somebody else meanwhile. */
async function foldOnce(
  parts: FoldParts,
  queue: TakenQueue,
  byKey: ByKey,
  keys: readonly string[],
): Promise<string[]> {
  const { store } = parts;
  const totals = await store.totals(keys);
  const isOver = await fence(store, queue, totals);
  const again: string[] = [];
  await inParallel(keys, keysAtOnce, async (key) => {
    const before = totals.get(key);
    const after = foldInto(before?.total ?? noTotal, queue.writer, byKey.get(key) ?? []);
    if (after === undefined) return;
    if (hasMoreDead(before?.total ?? noTotal, after)) {
      await store.markDead(key);
      parts.onDead?.({ key });
    }
    const to: StoredTotal = { version: parts.newVersion(), total: withoutMarks(after, isOver) };
    if (!(await store.replaceTotal(key, before?.version, to))) again.push(key);
  });
  return again;
}

/**
 * Makes sure, after the totals were read, that the queue is still this replica's: then none of its batches was over when they were read.
 * @returns which marks in these totals are of batches that are over.
 */
async function fence(
  store: IncrementsStore,
  { writer, state }: TakenQueue,
  totals: ReadonlyMap<string, StoredTotal>,
): Promise<(writer: string, seq: number) => boolean> {
  const marked = [...totals.values()].flatMap(({ total }) => [...total.folded.keys()]);
  const writers = await store.writers([...new Set([writer, ...marked])]);
  const now = writers.get(writer);
  if (now?.lease !== state.lease || now.folded !== state.folded) throw new QueueLostError();
  return (name, seq) => {
    if (name === writer) return false;
    const known = writers.get(name);
    return known === undefined || known.folded >= seq;
  };
}

async function readable(
  { store, onDead }: FoldParts,
  writer: string,
  batches: readonly QueuedBatch[],
): Promise<{ seq: number; runs: Runs }[]> {
  const read: { seq: number; runs: Runs }[] = [];
  for (const batch of batches) {
    const runs = decodeBatch(batch.body);
    if (runs !== undefined) read.push({ seq: batch.seq, runs });
    else {
      await store.setAside(writer, batch);
      onDead?.({ writer, seq: batch.seq });
    }
  }
  return read;
}

function keyed(batches: readonly { seq: number; runs: Runs }[]): ByKey {
  const byKey = new Map<string, KeyedBatch[]>();
  for (const { seq, runs } of batches) {
    for (const [key, ofKey] of runs) {
      const known = byKey.get(key);
      if (known) known.push({ seq, runs: ofKey });
      else byKey.set(key, [{ seq, runs: ofKey }]);
    }
  }
  return byKey;
}

function hasMoreDead(before: Total, after: Total): boolean {
  return before.dead !== after.dead || before.deadRest !== after.deadRest;
}

function chunks<T>(all: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(all.length / size) }, (_, i) => all.slice(i * size, (i + 1) * size));
}
