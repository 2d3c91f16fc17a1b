import { readFile, stat } from 'node:fs/promises';

const lookAgainMs = 1000;

/** The pod's token, read from its file and again when the file changes; it is renewed while the pod runs. */
export class TokenFile {
  #token = '';
  #version = '';
  #lookedAt = -Infinity;

  constructor(
    private readonly path: string,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** The `authorization` header's value. @throws Error when there is no such file. */
  async authorization(): Promise<string> {
    if (this.now() - this.#lookedAt >= lookAgainMs) await this.#look();
    return `Bearer ${this.#token}`;
  }

  async #look(): Promise<void> {
    const lookedAt = this.now();
    const { ino, mtimeMs, size } = await stat(this.path);
    const version = `${ino}.${mtimeMs}.${size}`;
    if (version !== this.#version) {
      this.#token = (await readFile(this.path, 'utf8')).trim();
      this.#version = version;
    }
    this.#lookedAt = lookedAt;
  }
}
