import { Global, Module } from '@nestjs/common';
import { EventFeed } from './event-feed.js';
import { EventPruning } from './event-pruning.js';
import { EventStream } from './event-stream.js';
import { EventsController } from './events.controller.js';
import { Outbox } from './outbox.js';
import { TimelineService } from './timeline.service.js';

/** The outbox that every capability writes to, and the stream that readers follow. */
@Global()
@Module({
  controllers: [EventsController],
  providers: [Outbox, EventFeed, EventStream, TimelineService, EventPruning],
  exports: [Outbox, EventFeed, EventStream, TimelineService],
})
export class EventsModule {}
