/**
 * The log that makes the emulator durable: snapshot and segments in one folder. What it holds is the truth; the emulator's memory is
 * made from it at every start.
 */
import { mkdir, rename } from 'node:fs/promises';
import { UsageTally } from '../metering/usage-tally.js';
import {
  listLogFiles,
  removeObsolete,
  segmentPath,
  snapshotPath,
  unfinishedSnapshotPath,
} from './log-directory.js';
import { syncDirectory, type OpenLogFile } from './log-file.js';
import { decodeRecord, encodeRecord, type LogRecord } from './log-record.js';
import { LogWriter, type LogWriterEvents } from './log-writer.js';
import { fileHeaderBytes } from './segment-format.js';
import { LogDamagedError, readSegment } from './segment-reader.js';
import { writeSnapshot } from './snapshot-writer.js';

export class DurableLog {
  /** What the durable records tell of each tenant's usage. */
  readonly usage = new UsageTally();
  #segment: number;
  #snapshotBytes = 0;

  private constructor(
    private readonly dir: string,
    private readonly openFile: OpenLogFile,
    private readonly writer: LogWriter,
    segment: number,
    /** Whether nothing was ever logged in this folder. */
    readonly pristine: boolean,
  ) {
    this.#segment = segment;
  }

  /**
   * Opens the log in a folder and cuts off what a crash left half written.
   * @throws LogDamagedError when a file is damaged or missing.
   */
  static async open(dir: string, openFile: OpenLogFile, events: LogWriterEvents = {}): Promise<DurableLog> {
    await mkdir(dir, { recursive: true, mode: 0o700 });
    const { snapshot, segments } = await listLogFiles(dir);
    await removeObsolete(dir, snapshot);
    const last = segments.at(-1);
    const number = last ?? Math.max(snapshot, 1);
    const path = segmentPath(dir, number);
    const { marker, wholeBytes: size } =
      last === undefined ? { marker: undefined, wholeBytes: 0 } : await readSegment(path, true);
    const writer = new LogWriter(openFile, { path, marker, size }, events);
    await writer.start();
    return new DurableLog(
      dir,
      openFile,
      writer,
      number,
      snapshot === 0 && segments.length <= 1 && size <= fileHeaderBytes,
    );
  }

  /** False while the disk refuses writes. */
  get writable(): boolean {
    return this.writer.writable;
  }

  /** Whether the log has grown so much since the last snapshot that a new one is worth its time. */
  outgrown(boundBytes: number): boolean {
    return this.writer.position.size > Math.max(boundBytes, this.#snapshotBytes);
  }

  /** Queues a record; resolves when it is durable. @throws GrpcError UNAVAILABLE when that cannot be said. */
  append(record: LogRecord): Promise<void> {
    return this.writer.append(encodeRecord(record), () => this.usage.add(record));
  }

  /** When everything queued so far is durable. @throws GrpcError UNAVAILABLE when the disk refuses. */
  flushed(): Promise<void> {
    return this.writer.flushed();
  }

  /** Before a replay: what is queued becomes durable, or is forgotten when the disk refuses it (its callers were told). */
  async settle(): Promise<void> {
    await this.writer.flushed().catch(() => this.writer.discardPending());
  }

  /** The records at the start, which are then in {@link usage} too: to be read once, before the first {@link append}. */
  async *load(): AsyncGenerator<LogRecord[]> {
    for await (const records of this.records()) {
      for (const record of records) this.usage.add(record);
      yield records;
    }
  }

  /** All durable records in order, a file's at a time. @throws LogDamagedError naming file and offset. */
  async *records(): AsyncGenerator<LogRecord[]> {
    const { snapshot, segments } = await listLogFiles(this.dir);
    if (snapshot > 0)
      yield this.#decode(
        snapshotPath(this.dir, snapshot),
        await readSegment(snapshotPath(this.dir, snapshot), false),
      );
    for (const number of segments) {
      const path = segmentPath(this.dir, number);
      // While a compaction begins the next segment, the writer's size is that one's already.
      const written = this.writer.position;
      const current = path === written.path;
      yield this.#decode(path, await readSegment(path, current, current ? written.size : Infinity));
    }
  }

  /**
   * Replaces all that was logged so far by the rows as they are. The rows may be read while they are being written to: every record only
   * sets or deletes named cells, so replaying one that the rows already contain changes nothing.
   * @param rows reads the emulator, all of it; asked for only after the switch to a new segment.
   */
  async compact(rows: () => AsyncIterable<LogRecord>): Promise<void> {
    const number = this.#segment + 1;
    let usage: LogRecord[] = [];
    await this.writer.rotate(segmentPath(this.dir, number), () => {
      usage = this.usage.records(Date.now());
    });
    this.#segment = number;
    const unfinished = unfinishedSnapshotPath(this.dir);
    this.#snapshotBytes = await writeSnapshot(this.openFile, unfinished, both(usage, rows()));
    await rename(unfinished, snapshotPath(this.dir, number));
    await syncDirectory(this.dir);
    await removeObsolete(this.dir, number);
  }

  close(): Promise<void> {
    return this.writer.close();
  }

  #decode(path: string, { records }: { records: readonly Buffer[] }): LogRecord[] {
    return records.map((bytes) => {
      try {
        return decodeRecord(bytes);
      } catch (error) {
        throw new LogDamagedError(path, 0, error instanceof Error ? error.message : String(error));
      }
    });
  }
}

async function* both(first: readonly LogRecord[], then: AsyncIterable<LogRecord>): AsyncGenerator<LogRecord> {
  yield* first;
  yield* then;
}
