import { nextBlockSize } from './block-size.js';
import { HeldNumbers } from './held-numbers.js';
import type { NumberStore } from './number-store.js';

/** No number can be had at the moment; a client may try again. */
export class NumbersUnavailableError extends Error {
  override readonly name = 'NumbersUnavailableError';
}

export interface NumberSourceOptions {
  store: NumberStore;
  /** The most numbers to reserve at once. */
  maxBlockSize: number;
  /** Requests that may wait for one reservation. */
  maxWaiting?: number;
  /** Milliseconds, never going back. */
  now?: () => number;
  /** Told of each reservation that failed. */
  onFailure?: (error: unknown) => void;
}

/** A store that is away is asked ten times a second, not once a request. */
const pauseAfterFailureMs = 100;

interface Waiter {
  resolve: (number: number) => void;
  reject: (error: Error) => void;
}

/**
 * Hands out numbers from memory and reserves more as needed, one reservation at a time, shared by all who wait.
 * A reservation whose outcome is unknown wastes its numbers and is never asked for again.
 */
export class NumberSource {
  private readonly held = new HeldNumbers();
  private readonly now: () => number;
  private waiting: Waiter[] = [];
  private reservation: Promise<void> | undefined;
  private size = 0;
  private reservedAt = -Infinity;
  private retryAt = -Infinity;
  private closed = false;
  /** Sum of all numbers ever reserved, for the metrics. */
  reserved = 0;

  constructor(private readonly options: NumberSourceOptions) {
    this.now = options.now ?? (() => performance.now());
  }

  /** Numbers in memory. */
  get left(): number {
    return this.held.count;
  }

  /**
   * The next number, at once when one is in memory.
   * @throws NumbersUnavailableError when the store does not answer and nothing is in memory.
   */
  next(): number | Promise<number> {
    const number = this.waiting.length === 0 ? this.held.take() : undefined;
    if (number === undefined) return this.wait();
    if (this.runsLow()) this.reserve();
    return number;
  }

  /** Stops handing out, waits for a reservation under way, and gives back what nobody got. */
  async close(): Promise<void> {
    this.closed = true;
    await this.reservation;
    const unused = this.held.surrender();
    this.rejectAll(new NumbersUnavailableError('The counter is stopping.'));
    try {
      if (unused !== undefined) await this.options.store.giveBack(unused);
    } finally {
      await this.options.store.close();
    }
  }

  private wait(): Promise<number> {
    if (this.closed) return Promise.reject(new NumbersUnavailableError('The counter is stopping.'));
    if (this.waiting.length >= (this.options.maxWaiting ?? 10_000)) {
      return Promise.reject(new NumbersUnavailableError('Too many requests wait for a number.'));
    }
    const number = new Promise<number>((resolve, reject) => this.waiting.push({ resolve, reject }));
    this.reserve();
    return number;
  }

  /** A quarter left of a block that is large enough for the wait to be seen. */
  private runsLow(): boolean {
    return this.size >= 64 && this.held.count < this.size / 4;
  }

  private reserve(): void {
    if (this.reservation !== undefined || this.closed) return;
    if (this.now() < this.retryAt) {
      this.rejectAll(new NumbersUnavailableError('The data service does not answer.'));
      return;
    }
    this.reservation = this.reserveOnce().finally(() => {
      this.reservation = undefined;
      if (this.waiting.length > 0) this.reserve();
    });
  }

  private async reserveOnce(): Promise<void> {
    const now = this.now();
    const demand = { size: this.size, lastedMs: now - this.reservedAt, waiting: this.waiting.length };
    const size = nextBlockSize(demand, this.options.maxBlockSize);
    try {
      this.held.add(await this.options.store.reserve(size));
      this.size = size;
      this.reservedAt = now;
      this.reserved += size;
      this.serveWaiting();
    } catch (error) {
      this.retryAt = this.now() + pauseAfterFailureMs;
      this.options.onFailure?.(error);
      this.rejectAll(new NumbersUnavailableError('The data service does not answer.', { cause: error }));
    }
  }

  private serveWaiting(): void {
    const waiting = this.waiting;
    let served = 0;
    for (const { resolve } of waiting) {
      const number = this.held.take();
      if (number === undefined) break;
      resolve(number);
      served += 1;
    }
    this.waiting = waiting.slice(served);
  }

  private rejectAll(error: Error): void {
    const waiting = this.waiting;
    this.waiting = [];
    for (const { reject } of waiting) reject(error);
  }
}
