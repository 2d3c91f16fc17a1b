import { setTimeout as delay } from 'node:timers/promises';
import { countCrash, restartDelay } from './back-off.js';

/** One life of something that is supervised. */
export interface Life {
  readonly exited: Promise<unknown>;
  stop(): Promise<unknown>;
}

export interface SupervisedOptions<L extends Life> {
  readonly name: string;
  /** Begins one life, until it is ready. */
  begin(signal: AbortSignal): Promise<L>;
  /** For people: what happened and what comes next. */
  onEvent(line: string): void;
}

/** Keeps something running: when it ends unasked it is begun again, ever later while it keeps crashing. */
export class Supervised<L extends Life> {
  readonly name: string;
  readonly #options: SupervisedOptions<L>;
  readonly #abort = new AbortController();
  #life: L | undefined;
  #watching: Promise<void> = Promise.resolve();
  #restarting = false;

  constructor(options: SupervisedOptions<L>) {
    this.name = options.name;
    this.#options = options;
  }

  /** Begins the first life; when that fails, nothing is tried again, as the reason is most likely one for people. */
  async start(): Promise<L> {
    const life = await this.#options.begin(this.#abort.signal);
    this.#life = life;
    this.#watching = this.#watch(life);
    return life;
  }

  /** Ends the present life and begins the next at once. */
  async restart(): Promise<void> {
    this.#restarting = true;
    await this.#life?.stop();
  }

  async stop(): Promise<void> {
    this.#abort.abort();
    await this.#life?.stop();
    await this.#watching;
  }

  #isStopping(): boolean {
    return this.#abort.signal.aborted;
  }

  async #watch(first: L): Promise<void> {
    let life = first;
    let crashes = 0;
    for (;;) {
      const began = performance.now();
      await life.exited;
      if (this.#isStopping()) return;
      crashes = this.#restarting ? 0 : countCrash(crashes, performance.now() - began);
      const next = await this.#beginAgain(crashes);
      if (!next) return;
      this.#life = life = next;
    }
  }

  async #beginAgain(crashesBefore: number): Promise<L | undefined> {
    const { name, onEvent } = this.#options;
    const { signal } = this.#abort;
    let crashes = crashesBefore;
    while (!this.#isStopping()) {
      const wait = crashes === 0 ? 0 : restartDelay(crashes);
      onEvent(
        crashes === 0
          ? `${name}: starting again`
          : `${name} ended unexpectedly; starting it again in ${wait / 1000} s`,
      );
      this.#restarting = false;
      try {
        await delay(wait, undefined, { signal });
        return await this.#options.begin(signal);
      } catch (error) {
        if (!this.#isStopping()) onEvent(`${name} did not start: ${messageOf(error)}`);
        crashes += 1;
      }
    }
    return undefined;
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
