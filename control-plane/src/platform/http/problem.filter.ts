import { Catch, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { problemAnswer, toAppError } from './problem.js';

/** The one place where an error becomes an HTTP answer: `application/problem+json`. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  catch(exception: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const error = toAppError(exception);
    const answer = problemAnswer(error, request.id);
    const log = request.ctx?.log ?? request.log;
    log[answer.logLevel](
      { code: error.code, ...(error.cause !== undefined && { err: error.cause }) },
      error.publicMessage,
    );
    if (reply.sent || reply.raw.headersSent) {
      reply.raw.destroy();
      return;
    }
    void reply.status(answer.status).headers(answer.headers).send(answer.body);
  }
}
