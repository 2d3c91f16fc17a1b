import { Injectable } from '@nestjs/common';
import type { Ctx } from '../platform/request-context.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { EventsRepository, type StreamedEvent } from './events.repository.js';

/** What has happened to a tenant. */
@Injectable()
export class TimelineService {
  readonly #repository = new EventsRepository();

  constructor(private readonly uow: UnitOfWork) {}

  /** Newest first, below the position `before`. */
  async of(ctx: Ctx, tenantId: string, before: number | undefined, limit: number): Promise<StreamedEvent[]> {
    return this.uow.run(ctx, (tx) => this.#repository.timeline(tx, tenantId, before, limit));
  }
}
