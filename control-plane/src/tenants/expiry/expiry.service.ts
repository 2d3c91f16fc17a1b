import { Injectable } from '@nestjs/common';
import { Outbox } from '../../events/outbox.js';
import { isBusySubject } from '../../operations/busy-subject.js';
import type { Ctx } from '../../platform/request-context.js';
import { UnitOfWork, type Tx } from '../../platform/unit-of-work.js';
import { TenantsService } from '../tenants.service.js';
import { ExpiryRepository, type Expiring } from './expiry.repository.js';

/** Tells of last days that come near (`tenant.expires_soon`), and suspends a tenant whose last moment has come (`tenant.expired`). */
@Injectable()
export class ExpiryService {
  readonly #repository = new ExpiryRepository();

  constructor(
    private readonly uow: UnitOfWork,
    private readonly tenants: TenantsService,
    private readonly outbox: Outbox,
  ) {}

  /** Does what is due, one tenant a transaction. @returns the slugs of the tenants that something was done about */
  async round(ctx: Ctx): Promise<string[]> {
    const done: string[] = [];
    const busy: string[] = [];
    for (;;) {
      ctx.signal.throwIfAborted();
      const seen = await this.#one(ctx, busy);
      if (!seen) return done;
      if (seen.left) busy.push(seen.id);
      else done.push(seen.slug);
    }
  }

  async #one(
    ctx: Ctx,
    busy: readonly string[],
  ): Promise<{ id: string; slug: string; left: boolean } | undefined> {
    let next: Expiring | undefined;
    try {
      await this.uow.run(ctx, async (tx) => {
        next = await this.#repository.next(tx, busy);
        if (next) await this.#act(ctx, tx, next);
      });
      return next && { ...next, left: false };
    } catch (error) {
      // Another operation is changing it: the next round looks again.
      if (!next || !isBusySubject(error)) throw error;
      return { ...next, left: true };
    }
  }

  async #act(ctx: Ctx, tx: Tx, { id, slug, expiresAt, due }: Expiring): Promise<void> {
    await this.#repository.setTold(tx, id, due);
    await this.outbox.add(tx, {
      type: due === 0 ? 'tenant.expired' : 'tenant.expires_soon',
      tenantId: id,
      data: { slug, expiresAt: expiresAt.toISOString(), ...(due === 0 ? {} : { days: due }) },
    });
    if (due === 0) await this.tenants.suspend(ctx, tx, id);
  }
}
