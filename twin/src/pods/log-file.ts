import { open, rename, type FileHandle } from 'node:fs/promises';
import type { Readable } from 'node:stream';

const maxFileBytes = 4 * 1024 * 1024;
const maxPendingBytes = 1024 * 1024;
const tailBytes = 4 * 1024;

/**
 * What a pod prints, in a file of bounded size: when it is full it becomes `<file>.1`, and the earlier `.1` goes. A pod
 * that prints faster than the disk takes is slowed down.
 */
export class LogFile {
  private pending: Buffer[] = [];
  private pendingBytes = 0;
  private size = 0;
  private lastBytes: Buffer = Buffer.alloc(0);
  private writing: Promise<void> | undefined;
  private readonly paused = new Set<Readable>();

  private constructor(
    private readonly path: string,
    private handle: FileHandle,
  ) {}

  static async open(path: string): Promise<LogFile> {
    const handle = await open(path, 'a', 0o600);
    const log = new LogFile(path, handle);
    log.size = (await handle.stat()).size;
    return log;
  }

  /** Takes all that a stream of the pod gives. */
  collect(stream: Readable): void {
    stream.on('data', (chunk: Buffer) => {
      this.write(chunk);
      if (this.pendingBytes > maxPendingBytes) {
        stream.pause();
        this.paused.add(stream);
      }
    });
    stream.on('error', () => undefined);
    // A stream that was read before may have been left paused.
    stream.resume();
  }

  /** The end of what was printed. */
  tail(): string {
    return this.lastBytes.toString();
  }

  async close(): Promise<void> {
    while (this.writing) await this.writing;
    await this.handle.close();
  }

  private write(chunk: Buffer): void {
    this.pending.push(chunk);
    this.pendingBytes += chunk.length;
    this.lastBytes = Buffer.concat([this.lastBytes, chunk.subarray(-tailBytes)]).subarray(-tailBytes);
    this.writing ??= this.drain();
  }

  private async drain(): Promise<void> {
    while (this.pending.length > 0) {
      const bytes = Buffer.concat(this.pending);
      this.pending = [];
      this.pendingBytes = 0;
      // A full disk costs log lines, never the pod.
      await this.append(bytes).catch(() => undefined);
      for (const stream of this.paused) stream.resume();
      this.paused.clear();
    }
    this.writing = undefined;
  }

  private async append(bytes: Buffer): Promise<void> {
    if (this.size > 0 && this.size + bytes.length > maxFileBytes) {
      await rename(this.path, `${this.path}.1`);
      await this.handle.close();
      this.handle = await open(this.path, 'a', 0o600);
      this.size = 0;
    }
    await this.handle.appendFile(bytes);
    this.size += bytes.length;
  }
}
