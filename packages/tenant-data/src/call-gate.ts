import { DataUnavailableError } from './data-errors.js';

export interface GateLimits {
  /** Calls under way at a time. */
  readonly calls: number;
  /** Of requests under way; one larger than this goes alone. */
  readonly bytes: number;
}

interface Waiting {
  readonly bytes: number;
  readonly go: () => void;
}

/** Bounds what is under way. What is beyond it waits in its order, until its deadline. */
export class CallGate {
  #calls = 0;
  #bytes = 0;
  readonly #waiting = new Set<Waiting>();

  constructor(private readonly limits: GateLimits) {}

  /** How many calls wait. */
  get waiting(): number {
    return this.#waiting.size;
  }

  /**
   * Makes a call of so many bytes when there is room.
   * @param call is given what is left of the time, in milliseconds.
   * @throws DataUnavailableError when there is no room before the deadline; nothing was sent then.
   */
  async run<T>(bytes: number, timeoutMs: number, call: (timeoutMs: number) => Promise<T>): Promise<T> {
    const deadline = performance.now() + timeoutMs;
    if (this.#waiting.size > 0 || !this.#hasRoom(bytes)) await this.#turn(bytes, timeoutMs);
    else this.#take(bytes);
    try {
      return await call(Math.max(1, deadline - performance.now()));
    } finally {
      this.#calls--;
      this.#bytes -= bytes;
      this.#admit();
    }
  }

  #hasRoom(bytes: number): boolean {
    if (this.#calls === 0) return true;
    return this.#calls < this.limits.calls && this.#bytes + bytes <= this.limits.bytes;
  }

  #take(bytes: number): void {
    this.#calls++;
    this.#bytes += bytes;
  }

  #turn(bytes: number, timeoutMs: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const waiting = {
        bytes,
        go: () => {
          clearTimeout(timer);
          resolve();
        },
      };
      const timer = setTimeout(() => {
        this.#waiting.delete(waiting);
        reject(new DataUnavailableError('Too many calls for data are under way already; nothing was sent.'));
        this.#admit();
      }, timeoutMs);
      this.#waiting.add(waiting);
    });
  }

  #admit(): void {
    for (const next of this.#waiting) {
      if (!this.#hasRoom(next.bytes)) return;
      this.#waiting.delete(next);
      this.#take(next.bytes);
      next.go();
    }
  }
}
