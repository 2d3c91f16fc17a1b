import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import { systemContext, type Ctx } from '../platform/request-context.js';
import { LOGGER } from '../platform/tokens.js';
import { UnitOfWork, type Tx } from '../platform/unit-of-work.js';

/** The access room's own way into the database, for the time before it is known who asks. */
@Injectable()
export class AccessDatabase {
  readonly #ctx: Ctx;

  constructor(
    private readonly uow: UnitOfWork,
    @Inject(LOGGER) readonly log: Logger,
  ) {
    this.#ctx = systemContext('access', log);
  }

  run<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    return this.uow.run(this.#ctx, work);
  }
}
