import type { Logger } from 'pino';

const flushEveryMs = 10_000;

/** Remembers when keys were used and writes it now and then, so that no request waits for it; a crash loses some seconds. */
export class KeyUse {
  readonly #used = new Map<string, Date>();
  readonly #timer: NodeJS.Timeout;

  constructor(
    private readonly write: (used: ReadonlyMap<string, Date>) => Promise<void>,
    private readonly log: Logger,
  ) {
    this.#timer = setInterval(() => void this.flush(), flushEveryMs).unref();
  }

  note(keyId: string): void {
    this.#used.set(keyId, new Date());
  }

  async flush(): Promise<void> {
    if (this.#used.size === 0) return;
    const used = new Map(this.#used);
    this.#used.clear();
    await this.write(used).catch((err: unknown) => {
      this.log.warn({ err }, 'could not record when API keys were used last');
    });
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.flush();
  }
}
