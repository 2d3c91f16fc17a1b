import { Controller, Headers, Query, type StreamableFile } from '@nestjs/common';
import { z } from 'zod';
import { RequestCtx } from '../platform/http/request-ctx.decorator.js';
import { Route } from '../platform/http/route.decorator.js';
import { lastEventId, serverSentEvents } from '../platform/http/server-sent-events.js';
import { everyRole, type Ctx } from '../platform/request-context.js';
import { EventStream } from './event-stream.js';
import { eventTypesSchema } from './event-types.js';
import type { StreamedEvent } from './events.repository.js';

const query = z.strictObject({
  tenantId: z.string().max(64).optional(),
  types: z
    .string()
    .max(1_000)
    .transform((text) => text.split(','))
    .pipe(eventTypesSchema)
    .optional()
    .describe('Types of events, joined by commas: tenant.state, tenant.* or *.'),
});

@Controller()
export class EventsController {
  constructor(private readonly stream: EventStream) {}

  @Route({
    method: 'GET',
    path: '/v1/events',
    operationId: 'followEvents',
    tag: 'events',
    summary: 'Follow what happens, as server-sent events',
    description:
      'With Last-Event-ID the stream goes on after that event; without it, from now on. Events are kept for a time (LEASEHOLD_EVENTS_KEPT_DAYS): 410 when what came after that event is no longer there.',
    access: everyRole,
    responses: { 200: { description: 'A stream that does not end', contentType: 'text/event-stream' } },
    refusals: [410],
  })
  async follow(
    @RequestCtx() ctx: Ctx,
    @Query({ schema: query }) { tenantId, types }: z.infer<typeof query>,
    @Headers('last-event-id') last: string | undefined,
  ): Promise<StreamableFile> {
    const after = lastEventId(last);
    if (after !== undefined) await this.stream.requireKept(ctx, after);
    const filter = { ...(tenantId !== undefined && { tenantId }), ...(types && { types }) };
    return serverSentEvents(toServerSent(this.stream.follow(ctx, filter, after)));
  }
}

async function* toServerSent(
  events: AsyncIterable<StreamedEvent>,
): AsyncGenerator<{ id: number; event: string; data: unknown }> {
  for await (const event of events) yield { id: event.position, event: event.type, data: event };
}
