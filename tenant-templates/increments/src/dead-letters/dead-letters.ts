import { decodeBatch, type Run } from '../accept/batch.js';
import { addRun, type Total } from '../fold/total.js';
import type { IncrementsStore, StoredTotal } from '../rows/increments-store.js';

export interface DeadKey {
  key: string;
  value: bigint;
  dead: readonly Run[];
  deadRest: Total['deadRest'];
}

export interface DeadLetterList {
  /** Increments that would have taken a total beyond int64. */
  tooGreat: DeadKey[];
  /** Batches that this version of the program cannot read. */
  unreadable: { writer: string; seq: number; bytes: number }[];
}

export interface ReplayResult {
  /** Increments that are now in their totals. */
  applied: number;
  /** Batches that are in a queue again. */
  requeued: number;
}

/** How many rows of each kind one call looks at. */
const limit = 1_000;
const tries = 8;

/** Increments that could not be folded: what they are, and another try. */
export class DeadLetters {
  constructor(
    private readonly store: IncrementsStore,
    private readonly newVersion: () => string,
    private readonly onRequeued: () => void = () => undefined,
  ) {}

  async list(): Promise<DeadLetterList> {
    const totals = await this.store.totals(await this.store.deadKeys(limit));
    const tooGreat = [...totals].map(([key, { total }]) => ({ key, ...total })).filter(hasDead);
    const unreadable = (await this.store.batchesAside(limit)).map(({ writer, seq, body }) => ({
      writer,
      seq,
      bytes: Buffer.byteLength(body),
    }));
    return {
      tooGreat: tooGreat.map(({ key, value, dead, deadRest }) => ({ key, value, dead, deadRest })),
      unreadable,
    };
  }

  /** Tries all once more; what cannot be folded now either stays. To be repeated as often as one likes. */
  async replay(): Promise<ReplayResult> {
    let applied = 0;
    for (const key of await this.store.deadKeys(limit)) applied += await this.replayKey(key);
    let requeued = 0;
    for (const batch of await this.store.batchesAside(limit)) {
      if (decodeBatch(batch.body) === undefined) continue;
      // The queue's name and number are the batch's own, so that a second replay of it adds nothing.
      await this.store.append(`replay-${batch.writer}-${batch.seq}`, { ...batch, seq: 1, at: Date.now() });
      await this.store.removeAside(batch.writer, batch.seq);
      requeued += 1;
    }
    if (requeued > 0) this.onRequeued();
    return { applied, requeued };
  }

  private async replayKey(key: string): Promise<number> {
    for (let attempt = 0; attempt < tries; attempt++) {
      const stored = (await this.store.totals([key])).get(key);
      if (stored === undefined || stored.total.dead.length === 0) return 0;
      const total = tryAgain(stored.total);
      const applied = countOf(stored.total.dead) - countOf(total.dead);
      if (applied === 0) return 0;
      const to: StoredTotal = { version: this.newVersion(), total };
      if (await this.store.replaceTotal(key, stored.version, to)) return applied;
    }
    throw new Error(`The total of ${key} changes all the time.`);
  }
}

function tryAgain(total: Total): Total {
  return total.dead.reduce(addRun, { ...total, dead: [] });
}

function countOf(runs: readonly Run[]): number {
  return runs.reduce((sum, { count }) => sum + count, 0);
}

function hasDead({ dead, deadRest }: Total): boolean {
  return dead.length > 0 || deadRest.count > 0;
}
