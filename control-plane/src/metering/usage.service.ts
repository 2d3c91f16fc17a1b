import { Injectable } from '@nestjs/common';
import { CatalogService } from '../catalog/catalog.service.js';
import { AppError } from '../platform/app-error.js';
import type { Ctx } from '../platform/request-context.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { TenantsService } from '../tenants/tenants.service.js';
import { limitStates } from './usage-limits.js';
import { UsageRepository, type Span } from './usage.repository.js';
import type { UsageQuery, UsageView } from './usage.schema.js';

const longestDays = 400;
const longestHours = 31;

/** What a client has used. */
@Injectable()
export class UsageService {
  readonly #repository = new UsageRepository();

  constructor(
    private readonly uow: UnitOfWork,
    private readonly tenants: TenantsService,
    private readonly catalog: CatalogService,
  ) {}

  async of(ctx: Ctx, idOrSlug: string, { from, to, per }: UsageQuery): Promise<UsageView> {
    return this.uow.run(ctx, async (tx) => {
      const tenant = await this.tenants.require(tx, idOrSlug);
      const month = await this.#repository.thisMonth(tx);
      const span = spanOf(from, to, month, per);
      const stored = await this.#repository.stored(tx, tenant.id);
      const plan = await this.catalog.plan(tx, tenant.plan);
      const used = await this.#repository.sum(tx, tenant.id, month);
      const periods = await this.#repository.periods(tx, tenant.id, per, span);
      return {
        from: span.from.toISOString(),
        to: span.to.toISOString(),
        items: periods.map(({ period, ...counts }) => ({ period: period.toISOString(), ...counts })),
        totals: await this.#repository.sum(tx, tenant.id, span),
        stored: stored ? { ...stored, measuredAt: stored.measuredAt.toISOString() } : null,
        limits: plan ? limitStates(plan.limits, used, stored?.bytes ?? 0) : [],
      };
    });
  }
}

function spanOf(from: string | undefined, to: string | undefined, month: Span, per: UsageQuery['per']): Span {
  const span = {
    from: from === undefined ? month.from : new Date(from),
    to: to === undefined ? month.to : new Date(to),
  };
  const days = (span.to.getTime() - span.from.getTime()) / 86_400_000;
  const longest = per === 'hour' ? longestHours : longestDays;
  if (days > 0 && days <= longest) return span;
  const message =
    days <= 0
      ? 'must be before to'
      : `must be ${longest} days before to at most, when periods are a ${per} long`;
  throw new AppError('malformed', 'invalid_span', {
    publicMessage: `The span of time is not valid: from ${message}.`,
    errors: [{ pointer: 'from', message }],
  });
}
