import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import type { Databases } from '../platform/database.js';
import { DATABASES, LOGGER } from '../platform/tokens.js';
import type { Tx } from '../platform/unit-of-work.js';

/**
 * The access room's own way into the database, for the time before it is known who asks: one statement at a time, without
 * a transaction around it, since every request passes here.
 */
@Injectable()
export class AccessDatabase {
  constructor(
    @Inject(DATABASES) private readonly databases: Databases,
    @Inject(LOGGER) readonly log: Logger,
  ) {}

  run<T>(statement: (tx: Tx) => Promise<T>): Promise<T> {
    return statement(this.databases.platform.manager);
  }
}
