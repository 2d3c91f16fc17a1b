import { setTimeout as delay } from 'node:timers/promises';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { readTableDefinitions } from '@leasehold/tenant-data/tables';
import { securityPolicyName } from '@leasehold/stacks';
import type { Logger } from 'pino';
import { z } from 'zod';
import { CatalogService } from '../catalog/catalog.service.js';
import { seededPlans } from '../catalog/plans.seed.js';
import { cellList } from '../cells/cell-list.js';
import { CellsService } from '../cells/cells.service.js';
import { AppError } from '../platform/app-error.js';
import { Readiness } from '../platform/readiness.js';
import { systemContext, type Ctx } from '../platform/request-context.js';
import { LOGGER, SETTINGS, STOP_SIGNAL, type ControlPlaneSettings } from '../platform/tokens.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { localCell } from './local-cell.js';
import { TemplateSeeds } from './template-seeds.js';

/** The tables that all tenants share, as data. */
const tablesFile = new URL('../../../migrations/bigtable/tables.json', import.meta.url);

const retryMs = 2_000;

/** What a new installation begins with: plans, the cell on this machine, the templates of its folder. Every start looks again. */
@Injectable()
export class SeedsService implements OnModuleInit {
  readonly #ctx: Ctx;
  #waitingFor: string | undefined = 'the seeds have not been looked at yet';

  constructor(
    private readonly uow: UnitOfWork,
    private readonly catalog: CatalogService,
    private readonly cells: CellsService,
    private readonly templates: TemplateSeeds,
    private readonly readiness: Readiness,
    @Inject(SETTINGS) private readonly settings: ControlPlaneSettings,
    @Inject(LOGGER) private readonly log: Logger,
    @Inject(STOP_SIGNAL) private readonly stop: AbortSignal,
  ) {
    this.#ctx = systemContext('seeds', log, stop);
  }

  onModuleInit(): void {
    if (this.settings.LEASEHOLD_ROLE === 'worker') return;
    this.readiness.register('seeds', () => Promise.resolve(this.#waitingFor));
  }

  /** Goes on until everything is there or the program stops; readiness says what is missing. */
  async plant(): Promise<void> {
    for (;;) {
      try {
        await this.#plantOnce();
        this.#waitingFor = undefined;
        return;
      } catch (err) {
        this.#waitingFor = err instanceof Error ? err.message : String(err);
        if (this.stop.aborted) return;
        this.log.warn({ err }, 'could not plant the seeds; trying again');
        await delay(retryMs, undefined, { signal: this.stop }).catch(() => undefined);
      }
    }
  }

  async #plantOnce(): Promise<void> {
    for (const plan of seededPlans) {
      await this.uow
        .run(this.#ctx, (tx) => this.catalog.addPlan(this.#ctx, tx, plan))
        .catch(unlessThere('plan_exists'));
    }
    await this.#ensureCell();
    await this.templates.plant(this.#ctx, localCell.name);
  }

  async #ensureCell(): Promise<void> {
    const ctx = this.#ctx;
    const { items: page } = await this.cells.list(ctx, cellList.request({ limit: 1 }));
    if (page.length === 0) {
      await this.uow.run(ctx, (tx) => this.cells.add(ctx, tx, localCell)).catch(unlessThere('cell_exists'));
      return;
    }
    const { items: unready } = await this.cells.list(
      ctx,
      cellList.request({ limit: 500, filter: 'state != ready' }),
    );
    for (const { name } of unready) {
      await this.uow
        .run(ctx, (tx) => this.cells.apply(ctx, tx, name))
        .catch(unlessThere('operation_in_progress'));
    }
    await this.#applyOutdatedCells();
  }

  /** A cell that an older version has made, or that was made before a plan: its tenants would be refused until it is applied again. */
  async #applyOutdatedCells(): Promise<void> {
    const ctx = this.#ctx;
    const { items: ready } = await this.cells.list(
      ctx,
      cellList.request({ limit: 500, filter: 'state = ready' }),
    );
    const wanted = await readTableDefinitions(tablesFile);
    for (const { name } of ready) {
      await this.uow
        .run(ctx, async (tx) => {
          const { outputs } = await this.cells.require(tx, name);
          const limits = [null, ...(await this.catalog.rateLimits(tx))];
          const { securityPolicies, certificateMap, tables } = madeParts.parse(outputs);
          const known = limits.every((limit) => securityPolicies.includes(securityPolicyName(name, limit)));
          const shared = certificateMap !== undefined && wanted.every(({ table }) => tables.includes(table));
          if (known && shared) return;
          await this.cells.applyAgain(ctx, tx, name);
        })
        .catch(unlessThere('operation_in_progress'));
    }
  }
}

const madeParts = z.looseObject({
  securityPolicies: z.array(z.string()).default([]),
  certificateMap: z.string().optional(),
  tables: z.array(z.string()).default([]),
});

/** Lets an error of this code pass: another start, or this one before a crash, has done the same. */
function unlessThere(code: string): (error: unknown) => void {
  return (error) => {
    if (!(error instanceof AppError) || error.code !== code) throw error;
  };
}
