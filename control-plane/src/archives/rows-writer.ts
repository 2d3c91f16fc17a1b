import type { Target } from '../targets/target.js';

/** A request to the data gateway holds no more lines than these bytes, unless one line alone is longer. */
const requestBytes = 2 * 1024 * 1024;

/** Writes lines below a prefix, many in one request. */
export class RowsWriter {
  #lines: string[] = [];
  #bytes = 0;
  #rows = 0;

  constructor(
    private readonly target: Target,
    private readonly prefix: string,
  ) {}

  /** How many rows it was given. */
  get rows(): number {
    return this.#rows;
  }

  /** @returns whether a request was sent */
  async add(line: string): Promise<boolean> {
    this.#lines.push(line);
    this.#bytes += line.length + 1;
    this.#rows += 1;
    if (this.#bytes < requestBytes) return false;
    await this.flush();
    return true;
  }

  async flush(): Promise<void> {
    if (this.#lines.length === 0) return;
    await this.target.writeRows(this.prefix, Buffer.from(`${this.#lines.join('\n')}\n`));
    this.#lines = [];
    this.#bytes = 0;
  }
}
