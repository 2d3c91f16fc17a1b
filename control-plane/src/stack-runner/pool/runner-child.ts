import { forkService, type Service } from '@leasehold/processes';
import {
  fromChild,
  type ChildModules,
  type Closed,
  type FromChild,
  type Opened,
  type OpenRun,
} from '../child/protocol.js';

export interface ChildOptions {
  /** The JavaScript file of `child/main.ts`. */
  readonly entry: string;
  readonly modules: ChildModules;
  readonly onLine: (line: string, stream: 'stdout' | 'stderr') => void;
}

/** A child did not do what it was asked for: it died, or it took too long. The run it hosted cannot go on. */
export class RunnerChildError extends Error {
  override readonly name = 'RunnerChildError';
}

/** Longer than the program's servers ever take to start, and than a provider's last statement takes to end. */
const patienceMs = 15_000;

/** Where messages go once there is somebody who reads them. */
interface Inbox {
  deliver?: (message: unknown) => void;
}

/** One process of the pool, seen from outside. */
export class RunnerChild {
  readonly #service: Service<void>;
  #answer: ((message: FromChild) => void) | undefined;
  readonly #onExit = new Set<() => void>();
  #dead = false;

  private constructor(service: Service<void>, inbox: Inbox) {
    this.#service = service;
    inbox.deliver = (message) => this.#receive(message);
    void service.exited.then(() => {
      this.#dead = true;
      for (const tell of this.#onExit) tell();
    });
  }

  static async start({ entry, modules, onLine }: ChildOptions): Promise<RunnerChild> {
    const inbox: Inbox = {};
    const service = await forkService({
      entry,
      args: [JSON.stringify(modules)],
      // A run leaves much short-lived garbage: with room for it the collector runs a few times less.
      execArgv: ['--max-semi-space-size=32'],
      env: { PATH: process.env['PATH'], HOME: process.env['HOME'], TMPDIR: process.env['TMPDIR'] },
      parseFacts: () => undefined,
      onLine,
      onMessage: (message) => inbox.deliver?.(message),
    });
    return new RunnerChild(service, inbox);
  }

  get pid(): number {
    return this.#service.pid;
  }

  get dead(): boolean {
    return this.#dead;
  }

  /** Calls once when the process is gone, at once when it is gone already. @returns what ends the interest */
  onExit(tell: () => void): () => void {
    if (this.#dead) tell();
    else this.#onExit.add(tell);
    return () => this.#onExit.delete(tell);
  }

  /** @throws RunnerChildError, or Error when the program refuses its input */
  async open(run: Omit<OpenRun, 'type'>): Promise<Opened> {
    const answer = await this.#ask({ type: 'open', ...run });
    if (answer.type !== 'opened')
      throw new Error(answer.type === 'failed' ? answer.message : 'unexpected answer');
    return answer;
  }

  /** After this resolves, nothing that the run's CLI still asks for has an effect. */
  async close(runId: string): Promise<Closed> {
    const answer = await this.#ask({ type: 'close', runId });
    if (answer.type !== 'closed')
      throw new RunnerChildError(answer.type === 'failed' ? answer.message : 'unexpected answer');
    return answer;
  }

  async stop(deadlineMs = 3000): Promise<void> {
    await this.#service.stop(deadlineMs);
  }

  #ask(message: { type: 'open' | 'close'; runId: string }): Promise<FromChild> {
    return new Promise((resolve, reject) => {
      const end = (): void => {
        clearTimeout(timer);
        forget();
        this.#answer = undefined;
      };
      const fail = (reason: string): void => {
        end();
        reject(new RunnerChildError(reason));
      };
      const timer = setTimeout(() => fail(`The runner process ${this.pid} does not answer.`), patienceMs);
      let forget = (): void => undefined;
      this.#answer = (answer) => {
        if (answer.runId !== message.runId) return;
        end();
        resolve(answer);
      };
      forget = this.onExit(() => fail(`The runner process ${this.pid} has ended.`));
      this.#service.send({ ...message });
    });
  }

  #receive(message: unknown): void {
    const answer = fromChild.safeParse(message);
    if (answer.success) this.#answer?.(answer.data);
  }
}
