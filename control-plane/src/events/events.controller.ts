import { Controller, Headers, Query, type StreamableFile } from '@nestjs/common';
import { z } from 'zod';
import { RequestCtx } from '../platform/http/request-ctx.decorator.js';
import { Route } from '../platform/http/route.decorator.js';
import { lastEventId, serverSentEvents } from '../platform/http/server-sent-events.js';
import { everyRole, type Ctx } from '../platform/request-context.js';
import { EventStream } from './event-stream.js';
import type { StreamedEvent } from './events.repository.js';

const query = z.strictObject({ tenantId: z.string().max(64).optional() });

@Controller()
export class EventsController {
  constructor(private readonly stream: EventStream) {}

  @Route({
    method: 'GET',
    path: '/v1/events',
    operationId: 'followEvents',
    tag: 'events',
    summary: 'Follow what happens, as server-sent events',
    description: 'With Last-Event-ID the stream goes on after that event; without it, from now on.',
    access: everyRole,
    responses: { 200: { description: 'A stream that does not end', contentType: 'text/event-stream' } },
  })
  follow(
    @RequestCtx() ctx: Ctx,
    @Query({ schema: query }) { tenantId }: z.infer<typeof query>,
    @Headers('last-event-id') last: string | undefined,
  ): StreamableFile {
    const events = this.stream.follow(ctx, tenantId === undefined ? {} : { tenantId }, lastEventId(last));
    return serverSentEvents(toServerSent(events));
  }
}

async function* toServerSent(
  events: AsyncIterable<StreamedEvent>,
): AsyncGenerator<{ id: number; event: string; data: unknown }> {
  for await (const event of events) yield { id: event.position, event: event.type, data: event };
}
