import { isDeepStrictEqual } from 'node:util';
import { Inject, Injectable } from '@nestjs/common';
import { quotaObject } from '@leasehold/stacks';
import { CatalogService } from '../catalog/catalog.service.js';
import { CellsService } from '../cells/cells.service.js';
import { Outbox } from '../events/outbox.js';
import type { Ctx } from '../platform/request-context.js';
import { UnitOfWork, type Tx } from '../platform/unit-of-work.js';
import { TARGETS, type Targets } from '../targets/target.js';
import { limitStates, noticeLevels, reachedLevel, refusedBy, type Refused } from './usage-limits.js';
import { UsageRepository } from './usage.repository.js';

/** Rows of so many tenants are measured in one round. */
const measuredAtOnce = 20;

/** Brings what cells have counted into the database, measures what is stored, and sees to the limits of plans. */
@Injectable()
export class UsageGatherer {
  readonly #repository = new UsageRepository();

  constructor(
    private readonly uow: UnitOfWork,
    private readonly cells: CellsService,
    private readonly catalog: CatalogService,
    private readonly outbox: Outbox,
    @Inject(TARGETS) private readonly targets: Targets,
  ) {}

  async round(ctx: Ctx): Promise<void> {
    for (const cell of await this.uow.run(ctx, (tx) => this.cells.readyNames(tx))) {
      ctx.signal.throwIfAborted();
      await this.#look(ctx, cell);
    }
  }

  /** A cell that cannot be reached holds up none but itself. */
  async #look(ctx: Ctx, cell: string): Promise<void> {
    try {
      await this.#gather(ctx, cell);
      await this.#measure(ctx, cell);
      await this.#tell(ctx, cell);
    } catch (err) {
      ctx.signal.throwIfAborted();
      ctx.log.warn({ err, cell }, 'the usage of a cell could not be gathered; trying again');
    }
  }

  async #gather(ctx: Ctx, cell: string): Promise<void> {
    const since = await this.uow.run(ctx, (tx) => this.#repository.gatherFrom(tx, cell));
    const { until, edge, data } = await this.targets.of(cell).usage(since);
    await this.uow.run(ctx, async (tx) => {
      await this.#repository.addEdge(tx, cell, edge);
      await this.#repository.addData(tx, cell, data);
      await this.#repository.gathered(tx, cell, until);
    });
  }

  async #measure(ctx: Ctx, cell: string): Promise<void> {
    const unmeasured = await this.uow.run(ctx, (tx) => this.#repository.unmeasured(tx, cell, measuredAtOnce));
    for (const { tenantId, prefix } of unmeasured) {
      ctx.signal.throwIfAborted();
      const stored = await this.targets.of(cell).stored(prefix);
      await this.uow.run(ctx, (tx) => this.#repository.setStored(tx, tenantId, stored));
    }
  }

  async #tell(ctx: Ctx, cell: string): Promise<void> {
    const limited = await this.uow.run(ctx, (tx) => this.#repository.limited(tx, cell));
    for (const tenant of limited) {
      ctx.signal.throwIfAborted();
      const refused = await this.uow.run(ctx, (tx) => this.#judge(tx, tenant));
      if (refused) await this.#publish(ctx, cell, tenant.id, refused);
    }
  }

  /** A notice is written down with the event that tells it. @returns what pods are to refuse, when that has changed */
  async #judge(tx: Tx, { id, slug, plan }: LimitedTenant): Promise<Refused[] | undefined> {
    const limits = (await this.catalog.plan(tx, plan))?.limits;
    if (!limits) return undefined;
    const month = await this.#repository.thisMonth(tx);
    const stored = await this.#repository.stored(tx, id);
    const used = await this.#repository.sum(tx, id, month);
    const states = limitStates(limits, used, stored?.bytes ?? 0);
    for (const state of states) {
      const reached = reachedLevel(state);
      if (reached === undefined) continue;
      const told = await this.#repository.tell(tx, id, month.from, state.meter, reached);
      if (!told) continue;
      const type = reached === noticeLevels.at(-1) ? 'tenant.usage_limit_reached' : 'tenant.usage_near_limit';
      await this.outbox.add(tx, { type, tenantId: id, data: { slug, ...state, percent: reached } });
    }
    const refused = refusedBy(states, month.ends);
    const known = (await this.#repository.refusals(tx, id)) ?? [];
    return isDeepStrictEqual(known, refused) ? undefined : refused;
  }

  /** The object first: what is written down as published can be read by pods. */
  async #publish(ctx: Ctx, cell: string, tenantId: string, refused: readonly Refused[]): Promise<void> {
    const bucket = await this.uow.run(ctx, (tx) => this.cells.bucket(tx, cell));
    const body = Buffer.from(JSON.stringify({ blocked: refused }));
    const facts = { contentType: 'application/json', cacheControl: 'no-cache' };
    await this.targets.of(cell).putObject(bucket, quotaObject(tenantId), body, facts);
    await this.uow.run(ctx, (tx) => this.#repository.setRefusals(tx, tenantId, refused));
  }
}

interface LimitedTenant {
  readonly id: string;
  readonly slug: string;
  readonly plan: string;
}
