import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { unavailable } from '../grpc/grpc-error.js';
import type { LogFile, OpenLogFile } from './log-file.js';
import { encodeBatch, encodeFileHeader, fileHeaderBytes } from './segment-format.js';

const maxBatchBytes = 16 * 1024 * 1024;
const retryMs = 200;

export interface LogWriterEvents {
  /** The disk refused a write: nothing is acknowledged until it takes one again. */
  failed?(error: Error): void;
  recovered?(): void;
  /** A batch became durable. */
  synced?(facts: { seconds: number; bytes: number; records: number }): void;
}

interface Queued {
  /** Nothing for a caller that only waits for what was queued before. */
  readonly record: Buffer | undefined;
  readonly durable: (() => void) | undefined;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

interface Rotation {
  readonly path: string;
  readonly switched: (() => void) | undefined;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/** Where a segment is continued. */
export interface SegmentStart {
  readonly path: string;
  /** The marker of an existing file; a new one is begun without it. */
  readonly marker: Buffer | undefined;
  readonly size: number;
}

/**
 * Appends records to a segment, many with one synchronous write: what arrives while one is under way goes into the next.
 * When the disk refuses, waiting callers are told so at once, but their records stay queued, since their effect is already in the emulator;
 * they are written when there is room again. A failed write may have
 * reached the disk in part, so the whole batch is then written anew.
 */
export class LogWriter {
  #queue: Queued[] = [];
  #rotation: Rotation | undefined;
  #writing: Promise<void> | undefined;
  #failing = false;
  #closed = false;
  #file: LogFile | undefined;
  #segment: { path: string; marker: Buffer; size: number };
  #retry: NodeJS.Timeout | undefined;

  constructor(
    private readonly open: OpenLogFile,
    start: SegmentStart,
    private readonly events: LogWriterEvents = {},
  ) {
    const { path, marker, size } = start;
    this.#segment = marker ? { path, marker, size } : { path, marker: randomBytes(8), size: 0 };
  }

  /** False while the disk refuses writes. */
  get writable(): boolean {
    return !this.#failing && !this.#closed;
  }

  /** The present segment and its durable size in bytes. */
  get position(): { readonly path: string; readonly size: number } {
    return this.#segment;
  }

  /** Opens the segment, cuts a torn tail off and makes the header durable. */
  async start(): Promise<void> {
    await this.#openSegment();
  }

  /**
   * Queues a record. The order of the log is the order of these calls.
   * @param durable called once it is durable, in the order of the log, also when that was refused at first.
   * @returns when it is durable; rejects with UNAVAILABLE when that cannot be said.
   */
  append(record: Buffer, durable?: () => void): Promise<void> {
    return this.#enqueue(record, durable);
  }

  /** When all records queued so far are durable. @throws GrpcError UNAVAILABLE when the disk refuses. */
  flushed(): Promise<void> {
    return this.#writing || this.#queue.length > 0 ? this.#enqueue(undefined) : Promise.resolve();
  }

  /** Forgets records that are not durable and whose callers were told so. */
  discardPending(): void {
    this.#queue = [];
  }

  /**
   * Goes on in a new segment, after the write that is under way.
   * @param switched called when the old segments have got their last record and the new one has none.
   * @throws Error when the new file cannot be begun.
   */
  rotate(path: string, switched?: () => void): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#rotation = { path, switched, resolve, reject };
      if (this.#failing || this.#closed) this.#refuseRotation();
      else this.#writing ??= this.#drain();
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#retry);
    while (this.#writing) await this.#writing.catch(() => undefined);
    await this.#file?.close();
    this.#file = undefined;
  }

  #enqueue(record: Buffer | undefined, durable?: () => void): Promise<void> {
    return new Promise((resolve, reject) => {
      if (record || !this.#failing) this.#queue.push({ record, durable, resolve, reject });
      if (this.#failing || this.#closed) reject(refusal());
      else this.#writing ??= this.#drain();
    });
  }

  async #switchTo({ path, switched, resolve, reject }: Rotation): Promise<void> {
    const before = this.#segment;
    await this.#closeFile();
    this.#segment = { path, marker: randomBytes(8), size: 0 };
    try {
      await this.#openSegment();
      switched?.();
      resolve();
    } catch (error) {
      this.#segment = before;
      await this.#closeFile();
      await rm(path, { force: true });
      reject(error instanceof Error ? error : new Error(String(error)));
    }
  }

  #refuseRotation(): void {
    this.#rotation?.reject(refusal());
    this.#rotation = undefined;
  }

  /** Cuts off what lies beyond the durable size: a torn tail, or what a refused write left. */
  async #openSegment(): Promise<LogFile> {
    if (this.#file) return this.#file;
    const file = await this.open(this.#segment.path, 'durable');
    this.#file = file;
    await file.truncate(this.#segment.size);
    if (this.#segment.size === 0) {
      await file.write(encodeFileHeader(this.#segment.marker), 0);
      this.#segment.size = fileHeaderBytes;
    }
    await file.sync();
    return file;
  }

  async #drain(): Promise<void> {
    while ((this.#queue.length > 0 || this.#rotation) && !this.#failing) {
      const rotation = this.#rotation;
      this.#rotation = undefined;
      if (rotation) await this.#switchTo(rotation);
      const batch = this.#take();
      try {
        await this.#write(batch);
        for (const { resolve } of batch) resolve();
      } catch (error) {
        await this.#fail(batch, error instanceof Error ? error : new Error(String(error)));
      }
    }
    this.#writing = undefined;
  }

  #take(): Queued[] {
    let bytes = 0;
    let count = 0;
    for (; count < this.#queue.length && bytes < maxBatchBytes; count++)
      bytes += this.#queue[count]?.record?.length ?? 0;
    return this.#queue.splice(0, count);
  }

  async #write(batch: readonly Queued[], evenEmpty = false): Promise<void> {
    const records = batch.flatMap(({ record }) => (record ? [record] : []));
    if (records.length === 0 && !evenEmpty) return;
    const file = await this.#openSegment();
    const bytes = encodeBatch(this.#segment.marker, records);
    const from = performance.now();
    await file.write(bytes, this.#segment.size);
    this.#segment.size += bytes.length;
    for (const { durable } of batch) durable?.();
    this.events.synced?.({
      seconds: (performance.now() - from) / 1000,
      bytes: bytes.length,
      records: records.length,
    });
  }

  async #fail(batch: readonly Queued[], error: Error): Promise<void> {
    const first = !this.#failing;
    this.#failing = true;
    this.#queue = [...batch, ...this.#queue];
    for (const { reject } of this.#queue) reject(refusal(error));
    this.#queue = this.#queue.filter(({ record }) => record);
    this.#refuseRotation();
    await this.#closeFile();
    if (first) this.events.failed?.(error);
    if (!this.#closed) this.#retry = setTimeout(() => void (this.#writing ??= this.#tryAgain()), retryMs);
  }

  /** Writes what is pending, or an empty batch when nothing is, to find out whether the disk takes writes again. */
  async #tryAgain(): Promise<void> {
    const batch = this.#take();
    try {
      await this.#write(batch, true);
      this.#failing = false;
      this.events.recovered?.();
    } catch (error) {
      await this.#fail(batch, error instanceof Error ? error : new Error(String(error)));
    }
    this.#writing = undefined;
    if (!this.#failing && this.#queue.length > 0) this.#writing = this.#drain();
  }

  async #closeFile(): Promise<void> {
    const file = this.#file;
    this.#file = undefined;
    await file?.close().catch(() => undefined);
  }
}

function refusal(cause?: Error): Error {
  return unavailable(
    'The write could not be made durable; its outcome is not known.',
    cause ? { cause } : {},
  );
}
