import { unavailable, UpstreamStatusError } from '../grpc/grpc-error.js';
import type { Connection } from '../grpc/connection.js';
import { textField } from '../wire/wire-writer.js';
import { methods } from './bigtable-paths.js';

/** Less than pods wait for the answer to their own question. */
const answerMs = 1000;
/** Far longer than a busy server takes for an empty call. */
const giveUpMs = 15_000;

interface Asked {
  readonly connection: Connection;
  readonly at: number;
  readonly answered: Promise<void>;
}

export interface HeartbeatOptions {
  readonly connection: () => Connection;
  /** Gives up a connection over which nothing was answered for long. */
  readonly suspect: (connection: Connection) => void;
  /** `projects/<project>/instances/<instance>`. */
  readonly instance: string;
  readonly giveUpMs?: number;
}

/** Whether Bigtable answers, and not only listens. All who want to know share one question. */
export class Heartbeat {
  #asked: Asked | undefined;

  constructor(private readonly options: HeartbeatOptions) {}

  /** Resolves when Bigtable has answered just now. @throws GrpcError UNAVAILABLE within a second or so when it does not. */
  async beat(): Promise<void> {
    const connection = this.options.connection();
    const asked = this.#asked?.connection === connection ? this.#asked : this.#ask(connection);
    const leftMs = asked.at + answerMs - performance.now();
    let timer: NodeJS.Timeout | undefined;
    const silence = new Promise<never>((_, reject) => {
      const told = unavailable('Bigtable does not answer at present.', { nothingApplied: true });
      timer = setTimeout(() => reject(told), Math.max(0, leftMs));
    });
    try {
      await Promise.race([asked.answered, silence]);
    } finally {
      clearTimeout(timer);
    }
  }

  #ask(connection: Connection): Asked {
    const { suspect, instance } = this.options;
    const giveUp = setTimeout(() => suspect(connection), this.options.giveUpMs ?? giveUpMs).unref();
    const answered = connection
      .call(methods.pingAndWarm, textField(1, instance))
      .then(() => undefined, refusalIsAnAnswer)
      .finally(() => {
        clearTimeout(giveUp);
        if (this.#asked === asked) this.#asked = undefined;
      });
    // Whoever asked may have stopped waiting.
    answered.catch(() => undefined);
    const asked: Asked = { connection, at: performance.now(), answered };
    this.#asked = asked;
    return asked;
  }
}

function refusalIsAnAnswer(error: unknown): void {
  if (!(error instanceof UpstreamStatusError)) throw error;
}
