import { Controller, Headers, Param, Query, type StreamableFile } from '@nestjs/common';
import { z } from 'zod';
import { EventStream } from '../events/event-stream.js';
import { accepted, Answer, type Command } from '../platform/http/answer.js';
import { pageSchema, type Page } from '../platform/lists/page.js';
import { contentTag } from '../platform/http/etag.js';
import { preferredWait } from '../platform/http/prefer.js';
import { RequestCtx } from '../platform/http/request-ctx.decorator.js';
import { Route } from '../platform/http/route.decorator.js';
import { lastEventId, serverSentEvents } from '../platform/http/server-sent-events.js';
import { everyRole, type Ctx } from '../platform/request-context.js';
import { operationStates, type Operation } from './operation.js';
import { operationList } from './operation-list.js';
import { operationStream } from './operation-stream.js';
import { operationSchema, startsOperation } from './operation.schema.js';
import { OperationWait } from './operation-wait.js';
import { OperationsService } from './operations.service.js';

const listQuery = operationList.query().extend({
  tenantId: z.string().max(64).optional(),
  state: z.enum(operationStates).optional(),
  kind: z.string().max(64).optional(),
});

const tag = 'operations';
const changed = { 202: { ...startsOperation[202], description: 'The operation' } } as const;
const mayChange = ['admin', 'operator', 'ci'] as const;

@Controller()
export class OperationsController {
  constructor(
    private readonly operations: OperationsService,
    private readonly stream: EventStream,
    private readonly wait: OperationWait,
  ) {}

  @Route({
    method: 'GET',
    path: '/v1/operations',
    operationId: 'listOperations',
    tag,
    summary: 'List operations, newest first',
    access: everyRole,
    responses: { 200: { description: 'A page of operations', schema: pageSchema(operationSchema) } },
  })
  async list(
    @RequestCtx() ctx: Ctx,
    @Query({ schema: listQuery }) query: z.infer<typeof listQuery>,
  ): Promise<Page<Operation>> {
    return this.operations.list(ctx, query, operationList.request(query));
  }

  @Route({
    method: 'GET',
    path: '/v1/operations/:id',
    operationId: 'getOperation',
    tag,
    summary: 'Get an operation with its steps',
    access: everyRole,
    description:
      'With Prefer: wait=<seconds> the answer comes when the operation has ended, or after that time.',
    prefersWait: true,
    responses: { 200: { description: 'The operation', schema: operationSchema, headers: ['ETag'] } },
  })
  async get(
    @RequestCtx() ctx: Ctx,
    @Param('id') id: string,
    @Headers('prefer') prefer: string | undefined,
  ): Promise<Answer<Operation>> {
    const seconds = preferredWait(prefer);
    if (seconds === undefined) return taggedOperation(await this.operations.get(ctx, id));
    return taggedOperation(await this.wait.until(ctx, id, seconds), {
      'preference-applied': `wait=${seconds}`,
    });
  }

  @Route({
    method: 'GET',
    path: '/v1/operations/:id/events',
    operationId: 'followOperation',
    tag,
    summary: 'Follow an operation, as server-sent events',
    description:
      'From its beginning, or after Last-Event-ID. Events are operation.state, operation.step and operation.progress; the stream ends after the state in which the operation has ended.',
    access: everyRole,
    responses: {
      200: { description: 'A stream that ends with the operation', contentType: 'text/event-stream' },
    },
  })
  async follow(
    @RequestCtx() ctx: Ctx,
    @Param('id') id: string,
    @Headers('last-event-id') last: string | undefined,
  ): Promise<StreamableFile> {
    const filter = { operationId: (await this.operations.get(ctx, id)).id };
    const after = lastEventId(last) ?? 0;
    return serverSentEvents(
      operationStream({
        seen: after,
        events: this.stream.follow(ctx, filter, after),
        current: () => this.operations.get(ctx, id),
        hasAfter: (position) => this.stream.hasAfter(ctx, filter, position),
      }),
    );
  }

  @Route({
    method: 'POST',
    path: '/v1/operations/:id/cancel',
    operationId: 'cancelOperation',
    tag,
    summary: 'Stop an operation; what is done stays, and it can be resumed or rolled back',
    access: mayChange,
    responses: changed,
    refusals: [409],
  })
  cancel(@RequestCtx() ctx: Ctx, @Param('id') id: string): Command {
    return async (tx) => accepted(await this.operations.cancel(ctx, tx, id));
  }

  @Route({
    method: 'POST',
    path: '/v1/operations/:id/resume',
    operationId: 'resumeOperation',
    tag,
    summary: 'Go on with a failed or cancelled operation at the first step that is not done',
    access: mayChange,
    responses: changed,
    refusals: [409],
  })
  resume(@RequestCtx() ctx: Ctx, @Param('id') id: string): Command {
    return async (tx) => accepted(await this.operations.resume(ctx, tx, id));
  }

  @Route({
    method: 'POST',
    path: '/v1/operations/:id/rollback',
    operationId: 'rollBackOperation',
    tag,
    summary: 'Undo what an operation has done, the last step first',
    access: mayChange,
    responses: changed,
    refusals: [409],
  })
  rollback(@RequestCtx() ctx: Ctx, @Param('id') id: string): Command {
    return async (tx) => accepted(await this.operations.rollback(ctx, tx, id));
  }
}

/** An operation has no spec: its tag is over all of it, so a reader that has the newest state gets 304. */
function taggedOperation(operation: Operation, headers: Record<string, string> = {}): Answer<Operation> {
  return new Answer(200, operation, { etag: contentTag(operation), ...headers });
}
