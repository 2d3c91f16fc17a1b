import { Global, Module } from '@nestjs/common';
import { EventFeed } from './event-feed.js';
import { EventStream } from './event-stream.js';
import { EventsController } from './events.controller.js';
import { Outbox } from './outbox.js';

/** The outbox that every capability writes to, and the stream that readers follow. */
@Global()
@Module({
  controllers: [EventsController],
  providers: [Outbox, EventFeed, EventStream],
  exports: [Outbox, EventFeed, EventStream],
})
export class EventsModule {}
