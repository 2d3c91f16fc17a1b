import { createWriteStream, renameSync, statSync, type WriteStream } from 'node:fs';
import { join } from 'node:path';

const largestBytes = 20 * 1024 * 1024;

/** Appends a service's lines to `<logs>/<service>.log`; a file over 20 MiB is put aside as `.1` at the start. */
export class ServiceLog {
  readonly file: string;
  readonly #stream: WriteStream;

  constructor(logsDir: string, service: string) {
    this.file = join(logsDir, `${service}.log`);
    if ((statSync(this.file, { throwIfNoEntry: false })?.size ?? 0) > largestBytes) {
      renameSync(this.file, `${this.file}.1`);
    }
    this.#stream = createWriteStream(this.file, { flags: 'a', mode: 0o600 });
    // A log that cannot be written (a full disk) must not end the product.
    this.#stream.on('error', () => undefined);
  }

  write(line: string): void {
    if (!this.#stream.errored) this.#stream.write(line + '\n');
  }

  close(): void {
    this.#stream.end();
  }
}
