import { RunnerChild, type ChildOptions } from './runner-child.js';

/** A free process of the pool and the number of its place, which no other one has at the same time. */
export interface Place {
  readonly slot: number;
  readonly child: RunnerChild;
}

interface Waiting {
  readonly take: (place: Place) => void;
  readonly fail: (error: unknown) => void;
}

/**
 * A few processes that load the SDKs once and then host one run after the other. More runs than processes wait in line.
 * A process that hosted a run which did not end cleanly is replaced, so that no run inherits another's trouble.
 */
export class RunnerPool {
  readonly #free: Place[] = [];
  readonly #waiting: Waiting[] = [];
  readonly #children = new Set<RunnerChild>();
  #stopped = false;

  constructor(
    private readonly size: number,
    private readonly options: ChildOptions,
    private readonly onTrouble: (error: unknown) => void,
  ) {}

  /** @throws when the first process cannot be started */
  async start(): Promise<void> {
    await Promise.all(Array.from({ length: this.size }, (_, slot) => this.#fill(slot)));
  }

  /** Processes that could host a run now or after the one they host. */
  get live(): number {
    return [...this.#children].filter(({ dead }) => !dead).length;
  }

  /** Whether another run would have to wait. */
  get full(): boolean {
    return this.#free.length === 0;
  }

  /** Waits for a free process, first come, first served. */
  async acquire(signal: AbortSignal): Promise<Place> {
    signal.throwIfAborted();
    const free = this.#free.shift();
    if (free) return free;
    const { promise, resolve, reject } = Promise.withResolvers<Place>();
    const waiting: Waiting = { take: resolve, fail: reject };
    this.#waiting.push(waiting);
    const giveUp = (): void => {
      const at = this.#waiting.indexOf(waiting);
      if (at >= 0) this.#waiting.splice(at, 1);
      reject(signal.reason instanceof Error ? signal.reason : new Error('The run was given up.'));
    };
    signal.addEventListener('abort', giveUp, { once: true });
    try {
      return await promise;
    } finally {
      signal.removeEventListener('abort', giveUp);
    }
  }

  /** @param clean the run ended by itself; otherwise the process is replaced */
  release(place: Place, clean: boolean): void {
    if (clean && !place.child.dead) {
      this.#offer(place);
      return;
    }
    this.#children.delete(place.child);
    const gone = place.child.stop().catch(this.onTrouble);
    if (!this.#stopped) void gone.then(() => this.#refill(place.slot));
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    for (const { fail } of this.#waiting.splice(0)) fail(new Error('The runner pool stops.'));
    await Promise.all([...this.#children].map((child) => child.stop()));
  }

  #offer(place: Place): void {
    const next = this.#waiting.shift();
    if (next) next.take(place);
    else this.#free.push(place);
  }

  async #fill(slot: number): Promise<void> {
    const child = await RunnerChild.start(this.options);
    if (this.#stopped) return child.stop();
    this.#children.add(child);
    const place = { slot, child };
    child.onExit(() => this.#lost(place));
    this.#offer(place);
  }

  /** A free process died by itself; one that hosts a run is noticed by that run. */
  #lost(place: Place): void {
    const at = this.#free.indexOf(place);
    if (at < 0 || this.#stopped) return;
    this.#free.splice(at, 1);
    this.#children.delete(place.child);
    void this.#refill(place.slot);
  }

  async #refill(slot: number): Promise<void> {
    for (let pauseMs = 250; !this.#stopped; pauseMs = Math.min(pauseMs * 2, 10_000)) {
      try {
        await this.#fill(slot);
        return;
      } catch (error) {
        this.onTrouble(error);
        await new Promise((resolve) => setTimeout(resolve, pauseMs).unref());
      }
    }
  }
}
