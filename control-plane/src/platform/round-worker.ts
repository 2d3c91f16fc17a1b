import { setTimeout as delay } from 'node:timers/promises';
import type { OnApplicationBootstrap, OnModuleDestroy } from '@nestjs/common';
import type { Logger } from 'pino';
import { systemContext, type Ctx } from './request-context.js';
import type { ControlPlaneSettings } from './tokens.js';

/** What a program that works gives each of its workers. */
export interface RoundWorkerGround {
  readonly settings: Pick<ControlPlaneSettings, 'LEASEHOLD_ROLE'>;
  readonly log: Logger;
  /** Aborted when the program stops. */
  readonly stopping: AbortSignal;
}

export interface Rounds {
  /** Who it is in audit and log: `system:<name>`. */
  readonly name: string;
  /** From the end of one round to the beginning of the next, in milliseconds. */
  readonly everyMs: number;
  /** Completes "… could not be looked at; trying again". */
  readonly what: string;
}

/** Does a round at the start and then again and again, where this program works; a round that fails is logged, and the next one comes. */
export abstract class RoundWorker implements OnApplicationBootstrap, OnModuleDestroy {
  readonly #stop = new AbortController();
  #running: Promise<void> = Promise.resolve();

  constructor(
    private readonly rounds: Rounds,
    private readonly ground: RoundWorkerGround,
  ) {}

  protected abstract round(ctx: Ctx): Promise<unknown>;

  onApplicationBootstrap(): void {
    if (this.ground.settings.LEASEHOLD_ROLE !== 'api') this.#running = this.#loop();
  }

  async onModuleDestroy(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  async #loop(): Promise<void> {
    const { log, stopping } = this.ground;
    const { name, everyMs, what } = this.rounds;
    const signal = AbortSignal.any([this.#stop.signal, stopping]);
    const isStopped = (): boolean => signal.aborted;
    while (!isStopped()) {
      try {
        await this.round(systemContext(name, log, signal));
      } catch (err) {
        if (!isStopped()) log.warn({ err }, `${what} could not be looked at; trying again`);
      }
      await delay(everyMs, undefined, { signal }).catch(() => undefined);
    }
  }
}
