import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { concatMap, type Observable } from 'rxjs';
import { AuditService } from '../audit/audit.service.js';
import { commandEntry } from '../audit/command-entry.js';
import { OperationWait } from '../operations/operation-wait.js';
import { Answer, Piecewise, type Command } from '../platform/http/answer.js';
import { isKnownTag } from '../platform/http/etag.js';
import { preferredWait } from '../platform/http/prefer.js';
import { requestContext } from '../platform/http/request-ctx.decorator.js';
import { inContext } from '../platform/telemetry/tracing.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { IdempotencyService } from './idempotency.service.js';

/** Turns what a handler returns into the reply: runs a command in its transaction, sets an answer's status and headers. */
@Injectable()
export class ReplyInterceptor implements NestInterceptor {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly idempotency: IdempotencyService,
    private readonly audit: AuditService,
    private readonly wait: OperationWait,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler<unknown>): Observable<unknown> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    return next.handle().pipe(
      concatMap(async (result) => {
        requireCommandForChange(request, result);
        const answer = await inContext(request.trace?.context, () => this.#answer(request, result));
        if (!(answer instanceof Answer)) return answer;
        void reply.headers(answer.headers);
        if (isRead(request) && isKnownTag(request.headers['if-none-match'], answer.headers['etag'])) {
          void reply.status(304);
          return undefined;
        }
        void reply.status(answer.status);
        const body: unknown = answer.body;
        return body;
      }),
    );
  }

  async #answer(request: FastifyRequest, result: unknown): Promise<unknown> {
    if (result instanceof Piecewise) return result.run();
    if (!isCommand(result)) return result;
    const seconds = preferredWait(request.headers['prefer']);
    const answer = await this.#execute(request, this.#audited(request, result));
    const operation = operationOf(answer);
    if (seconds === undefined || operation === undefined) return answer;
    return this.wait.answer(requestContext(request), answer, operation, seconds);
  }

  /** The same command, which leaves an audit entry in its transaction if it does not write one itself. */
  #audited(request: FastifyRequest, command: Command): Command {
    const ctx = requestContext(request);
    return async (tx) => {
      const answer = await command(tx);
      const { declared } = request.routeOptions.config;
      if (!declared || this.audit.hasTold(ctx)) return answer;
      const { params: parameters, body } = request;
      const { operationId } = declared.spec;
      const change = { operationId, parameters, body, schema: declared.input.body };
      await this.audit.record(ctx, tx, commandEntry(change, answer, ctx.actor));
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

/** The id of the operation that an answer of 202 holds. */
function operationOf({ status, headers }: Answer): string | undefined {
  return status === 202 ? /^\/v1\/operations\/(op_\w+)$/.exec(headers['location'] ?? '')?.[1] : undefined;
}

function isRead({ method }: FastifyRequest): boolean {
  return method === 'GET' || method === 'HEAD';
}

function isCommand(result: unknown): result is Command {
  return typeof result === 'function';
}

/** Without this a new POST could make its change in a transaction of its own, and a repeated request would repeat it. */
function requireCommandForChange(request: FastifyRequest, result: unknown): void {
  const reads = isRead(request);
  if (isCommand(result) !== reads) return;
  if (result instanceof Piecewise && request.routeOptions.config.declared?.spec.piecewise) return;
  const what = reads ? 'reads, so it returns no command' : 'changes something, so it returns a command';
  throw new Error(`${request.method} ${request.routeOptions.url ?? ''} ${what}`);
}
