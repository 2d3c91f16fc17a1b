import { Injectable } from '@nestjs/common';
import type { Page } from '../platform/lists/page.js';
import type { ListRequest } from '../platform/lists/list.js';
import type { Ctx } from '../platform/request-context.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { EventsRepository, type StreamedEvent } from './events.repository.js';

/** What has happened to a tenant. */
@Injectable()
export class TimelineService {
  readonly #repository = new EventsRepository();

  constructor(private readonly uow: UnitOfWork) {}

  async of(ctx: Ctx, tenantId: string, request: ListRequest): Promise<Page<StreamedEvent>> {
    return this.uow.run(ctx, (tx) => this.#repository.timeline(tx, tenantId, request));
  }
}
