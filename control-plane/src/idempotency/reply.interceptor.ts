import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { concatMap, type Observable } from 'rxjs';
import { AuditService } from '../audit/audit.service.js';
import { commandEntry } from '../audit/command-entry.js';
import { Answer, Piecewise, type Command } from '../platform/http/answer.js';
import { requestContext } from '../platform/http/request-ctx.decorator.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { IdempotencyService } from './idempotency.service.js';

/** Turns what a handler returns into the reply: runs a command in its transaction, sets an answer's status and headers. */
@Injectable()
export class ReplyInterceptor implements NestInterceptor {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly idempotency: IdempotencyService,
    private readonly audit: AuditService,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler<unknown>): Observable<unknown> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    return next.handle().pipe(
      concatMap(async (result) => {
        requireCommandForChange(request, result);
        const answer = await this.#answer(request, result);
        if (!(answer instanceof Answer)) return answer;
        void reply.status(answer.status).headers(answer.headers);
        const body: unknown = answer.body;
        return body;
      }),
    );
  }

  async #answer(request: FastifyRequest, result: unknown): Promise<unknown> {
    if (result instanceof Piecewise) return result.run();
    return isCommand(result) ? this.#execute(request, this.#audited(request, result)) : result;
  }

  /** The same command, which leaves an audit entry in its transaction if it does not write one itself. */
  #audited(request: FastifyRequest, command: Command): Command {
    const ctx = requestContext(request);
    return async (tx) => {
      const answer = await command(tx);
      const operationId = request.routeOptions.config.declared?.spec.operationId;
      if (operationId === undefined || this.audit.hasTold(ctx)) return answer;
      const { params: parameters, body } = request;
      await this.audit.record(ctx, tx, commandEntry({ operationId, parameters, body }, answer, ctx.actor));
      return answer;
    };
  }

  #execute(request: FastifyRequest, command: Command): Promise<Answer> {
    const ctx = requestContext(request);
    const key = request.headers['idempotency-key'];
    if (request.method !== 'POST' || typeof key !== 'string') return this.uow.run(ctx, command);
    const route = `${request.method} ${request.routeOptions.url ?? ''}`;
    return this.idempotency.once(ctx, { key, route, url: request.url, body: request.body }, command);
  }
}

function isCommand(result: unknown): result is Command {
  return typeof result === 'function';
}

/** Without this a new POST could make its change in a transaction of its own, and a repeated request would repeat it. */
function requireCommandForChange(request: FastifyRequest, result: unknown): void {
  const reads = request.method === 'GET' || request.method === 'HEAD';
  if (isCommand(result) !== reads) return;
  if (result instanceof Piecewise && request.routeOptions.config.declared?.spec.piecewise) return;
  const what = reads ? 'reads, so it returns no command' : 'changes something, so it returns a command';
  throw new Error(`${request.method} ${request.routeOptions.url ?? ''} ${what}`);
}
