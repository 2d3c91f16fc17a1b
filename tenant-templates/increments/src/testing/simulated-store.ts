/** The rows of increments behind a network that a test controls. Scans are no snapshots, and writes arrive late. */
import { DataUnavailableError, OutcomeUnknownError } from '@leasehold/tenant-data';
import { decodeTotal, encodeTotal } from '../fold/total.js';
import { decodeWriter, encodeWriter, type WriterState } from '../fold/writer-state.js';
import type { IncrementsStore, QueuedBatch, QueueHead, StoredTotal } from '../rows/increments-store.js';

/** What becomes of a call. A read that is not delivered has failed. */
export type Fate = 'delivered' | 'answer lost' | 'request lost' | 'late' | 'refused';

interface Call {
  apply: () => void;
  applyAndAnswer: () => void;
  reject: (error: Error) => void;
  isWrite: boolean;
}

export class SimulatedStore implements IncrementsStore {
  private readonly queues = new Map<string, Map<number, QueuedBatch>>();
  private readonly writerRows = new Map<string, string>();
  private readonly totalRows = new Map<string, { version: string; text: string }>();
  private readonly asideRows = new Map<string, QueuedBatch & { writer: string }>();
  private readonly deadRows = new Set<string>();
  private readonly calls: Call[] = [];
  /** Writes that nobody waits for and that may still arrive. */
  private readonly strays: (() => void)[] = [];

  get waiting(): number {
    return this.calls.length;
  }

  settle(index: number, fate: Fate): void {
    const [call] = this.calls.splice(index % Math.max(1, this.calls.length), 1);
    if (call === undefined) return;
    if (fate === 'delivered') call.applyAndAnswer();
    else if (fate === 'refused' || !call.isWrite) call.reject(new DataUnavailableError('away'));
    else {
      if (fate === 'answer lost') call.apply();
      if (fate === 'late') this.strays.push(call.apply);
      call.reject(new OutcomeUnknownError('no answer'));
    }
  }

  strayArrives(index: number): void {
    const [apply] = this.strays.splice(index % Math.max(1, this.strays.length), 1);
    apply?.();
  }

  /** The total of a key as it is stored, for the test alone. */
  stored(key: string): StoredTotal | undefined {
    const row = this.totalRows.get(key);
    return row && { version: row.version, total: decodeTotal(row.text) };
  }

  append(writer: string, batch: QueuedBatch): Promise<void> {
    return this.write(() => void this.queueOf(writer).set(batch.seq, batch));
  }

  heads(): Promise<QueueHead[]> {
    return this.read(() =>
      [...this.queues].flatMap(([writer]) => {
        const [head] = this.sorted(writer);
        return head === undefined ? [] : [{ writer, at: head.at }];
      }),
    );
  }

  /** In two steps, as a scan meets rows one after the other: it is past the place of the next batch when that is written, but not of those after it. */
  async queue(writer: string, limit: number): Promise<QueuedBatch[]> {
    const early = await this.read(() => this.sorted(writer));
    const passed = (early.at(-1)?.seq ?? 0) + 1;
    const late = await this.read(() => this.sorted(writer));
    return [...early, ...late.filter(({ seq }) => seq > passed)].slice(0, limit);
  }

  remove(writer: string, seqs: readonly number[]): Promise<void> {
    return this.write(() => seqs.forEach((seq) => this.queueOf(writer).delete(seq)));
  }

  writers(names: readonly string[]): Promise<Map<string, WriterState>> {
    return this.read(() => new Map([...this.knownWriters()].filter(([name]) => names.includes(name))));
  }

  allWriters(): Promise<Map<string, WriterState>> {
    return this.read(() => this.knownWriters());
  }

  replaceWriter(name: string, from: WriterState | undefined, to: WriterState | undefined): Promise<boolean> {
    return this.write(() => {
      if (this.writerRows.get(name) !== (from && encodeWriter(from))) return false;
      if (to === undefined) this.writerRows.delete(name);
      else this.writerRows.set(name, encodeWriter(to));
      return true;
    });
  }

  totals(keys: readonly string[]): Promise<Map<string, StoredTotal>> {
    return this.read(() => {
      const found = keys.map((key) => [key, this.stored(key)] as const);
      return new Map(found.flatMap(([key, total]) => (total === undefined ? [] : [[key, total] as const])));
    });
  }

  replaceTotal(key: string, version: string | undefined, to: StoredTotal): Promise<boolean> {
    return this.write(() => {
      if (this.totalRows.get(key)?.version !== version) return false;
      this.totalRows.set(key, { version: to.version, text: encodeTotal(to.total) });
      return true;
    });
  }

  setAside(writer: string, batch: QueuedBatch): Promise<void> {
    return this.write(() => void this.asideRows.set(`${writer}#${batch.seq}`, { writer, ...batch }));
  }

  batchesAside(limit: number): Promise<(QueuedBatch & { writer: string })[]> {
    return this.read(() => [...this.asideRows.values()].slice(0, limit));
  }

  removeAside(writer: string, seq: number): Promise<void> {
    return this.write(() => void this.asideRows.delete(`${writer}#${seq}`));
  }

  markDead(key: string): Promise<void> {
    return this.write(() => void this.deadRows.add(key));
  }

  deadKeys(limit: number): Promise<string[]> {
    return this.read(() => [...this.deadRows].slice(0, limit));
  }

  private queueOf(writer: string): Map<number, QueuedBatch> {
    const queue = this.queues.get(writer) ?? new Map<number, QueuedBatch>();
    this.queues.set(writer, queue);
    return queue;
  }

  private sorted(writer: string): QueuedBatch[] {
    return [...this.queueOf(writer).values()].sort((one, other) => one.seq - other.seq);
  }

  private knownWriters(): Map<string, WriterState> {
    return new Map([...this.writerRows].map(([name, text]) => [name, decodeWriter(text)]));
  }

  private read<T>(look: () => T): Promise<T> {
    return this.call(look, false);
  }

  private write<T>(change: () => T): Promise<T> {
    return this.call(change, true);
  }

  private call<T>(apply: () => T, isWrite: boolean): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.calls.push({ apply: () => void apply(), applyAndAnswer: () => resolve(apply()), reject, isWrite });
    });
  }
}
