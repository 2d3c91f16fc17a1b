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
  readonly begin: (signal: AbortSignal) => Promise<L>;
  /** For people: what happened and what comes next. */
  readonly onEvent: (line: string) => void;
}

/** Keeps something running: when it ends unasked it is begun again, ever later while it keeps crashing. */
export class Supervised<L extends Life> {
  readonly name: string;
  readonly #options: SupervisedOptions<L>;
  readonly #abort = new AbortController();
  #life: Promise<L | undefined> = Promise.resolve(undefined);
  #watching: Promise<void> = Promise.resolve();
  #restarting = false;

  constructor(options: SupervisedOptions<L>) {
    this.name = options.name;
    this.#options = options;
  }

  /** Begins the first life; when that fails, nothing is tried again, as the reason is most likely one for people. */
  async start(): Promise<L> {
    const begun = this.#options.begin(this.#abort.signal);
    this.#life = begun.catch(() => undefined);
    const life = await begun;
    this.#watching = this.#watch(life);
    return life;
  }

  /** Ends the present life and begins the next at once. */
  async restart(): Promise<void> {
    this.#restarting = true;
    await (await this.#life)?.stop();
  }

  /** Ends the present life, also one that is only beginning, for good. */
  async stop(): Promise<void> {
    this.#abort.abort();
    await (await this.#life)?.stop();
    await this.#watching;
  }

  #isStopping(): boolean {
    return this.#abort.signal.aborted;
  }

  async #watch(first: L): Promise<void> {
    let life: L | undefined = first;
    let crashes = 0;
    while (life) {
      const began = performance.now();
      await life.exited;
      if (this.#isStopping()) return;
      crashes = this.#restarting ? 0 : countCrash(crashes, performance.now() - began);
      this.#life = this.#beginAgain(crashes);
      life = await this.#life;
    }
  }

  /** The next life, or undefined when it was not wanted any more. */
  async #beginAgain(crashesBefore: number): Promise<L | undefined> {
    const { name, onEvent } = this.#options;
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
        await delay(wait, undefined, { signal: this.#abort.signal });
        return await this.#options.begin(this.#abort.signal);
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
