import { createWriteStream, renameSync, statSync, type WriteStream } from 'node:fs';
import { join } from 'node:path';

const largestBytes = 20 * 1024 * 1024;
const reopenAfterMs = 1000;

/**
 * Appends a service's lines to `<logs>/<service>.log`; a file that has grown over its bound is put aside as `.1`. A disk that refuses lines
 * (a full one) must not end the product: they are counted, and the log goes on, saying so, once there is room again.
 */
export class ServiceLog {
  readonly file: string;
  #stream: WriteStream | undefined;
  #bytes = 0;
  #lost = 0;
  #failedAt = -Infinity;

  constructor(
    logsDir: string,
    service: string,
    private readonly largest = largestBytes,
  ) {
    this.file = join(logsDir, `${service}.log`);
  }

  write(line: string): void {
    const stream = this.#open();
    if (!stream) {
      this.#lost += 1;
      return;
    }
    const text = `${line}\n`;
    this.#bytes += Buffer.byteLength(text);
    stream.write(text);
  }

  close(): void {
    this.#stream?.end();
    this.#stream = undefined;
  }

  #open(): WriteStream | undefined {
    if (this.#stream && this.#bytes <= this.largest) return this.#stream;
    if (performance.now() - this.#failedAt < reopenAfterMs) return undefined;
    this.close();
    try {
      this.#bytes = statSync(this.file, { throwIfNoEntry: false })?.size ?? 0;
      if (this.#bytes > this.largest) {
        renameSync(this.file, `${this.file}.1`);
        this.#bytes = 0;
      }
    } catch {
      this.#fail();
      return undefined;
    }
    const stream = createWriteStream(this.file, { flags: 'a', mode: 0o600 });
    stream.on('error', () => {
      if (this.#stream === stream) this.#fail();
    });
    this.#stream = stream;
    if (this.#lost > 0) stream.write(`${this.#lost} lines or more were lost: the disk did not take them\n`);
    this.#lost = 0;
    return stream;
  }

  #fail(): void {
    this.#failedAt = performance.now();
    this.#lost += 1;
    this.#stream = undefined;
  }
}
