import type { LoggerService } from '@nestjs/common';
import type { Logger } from 'pino';

/** Lets Nest's own messages go to the program's log. */
export class NestLogger implements LoggerService {
  constructor(private readonly logger: Logger) {}

  log(message: unknown, ...rest: unknown[]): void {
    this.logger.debug(named(rest), String(message));
  }

  warn(message: unknown, ...rest: unknown[]): void {
    this.logger.warn(named(rest), String(message));
  }

  error(message: unknown, ...rest: unknown[]): void {
    this.logger.error({ ...named(rest), ...(message instanceof Error && { err: message }) }, String(message));
  }
}

/** Nest passes the name of the part that speaks as the last argument. */
function named(rest: unknown[]): { part?: string } {
  const part = rest.at(-1);
  return typeof part === 'string' ? { part } : {};
}
