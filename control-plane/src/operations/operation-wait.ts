import { Injectable } from '@nestjs/common';
import { EventStream } from '../events/event-stream.js';
import { Answer } from '../platform/http/answer.js';
import type { Ctx } from '../platform/request-context.js';
import type { Operation } from './operation.js';
import { operationStream } from './operation-stream.js';
import { OperationsService } from './operations.service.js';

/** Holds an answer back until its operation has ended: what `Prefer: wait=<seconds>` asks for. */
@Injectable()
export class OperationWait {
  constructor(
    private readonly operations: OperationsService,
    private readonly stream: EventStream,
  ) {}

  /** The operation at its end, or as it is after so many seconds. */
  async until(ctx: Ctx, id: string, seconds: number): Promise<Operation> {
    const operation = await this.operations.get(ctx, id);
    if (operation.endedAt !== null) return operation;
    const waiting = { ...ctx, signal: AbortSignal.any([ctx.signal, AbortSignal.timeout(seconds * 1000)]) };
    const filter = { operationId: operation.id };
    const events = operationStream({
      seen: 0,
      events: this.stream.follow(waiting, filter, 0),
      current: () => this.operations.get(ctx, id),
      hasAfter: (position) => this.stream.hasAfter(ctx, filter, position),
    });
    while (!(await events.next()).done);
    return this.operations.get(ctx, id);
  }

  /** The answer to a change: 200 with the operation when it ends in time, else what was to be answered. */
  async answer(ctx: Ctx, accepted: Answer, operationId: string, seconds: number): Promise<Answer> {
    const operation = await this.until(ctx, operationId, seconds);
    const headers = { ...accepted.headers, 'preference-applied': `wait=${seconds}` };
    return new Answer(operation.endedAt === null ? accepted.status : 200, operation, headers);
  }
}
