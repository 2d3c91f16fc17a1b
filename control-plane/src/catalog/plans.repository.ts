import type { Page } from '../platform/lists/page.js';
import { mapPage, type ListRequest } from '../platform/lists/list.js';
import { row, rows, type Tx } from '../platform/unit-of-work.js';
import { planSpec, type NewPlan, type PlanView } from './plan.schema.js';

interface PlanRow {
  readonly name: string;
  readonly display_name: string;
  readonly spec: unknown;
  readonly created_at: Date;
  readonly updated_at: Date;
}

const columns = 'name, display_name, spec, created_at, updated_at';

export class PlansRepository {
  /** @returns undefined when the name is taken. */
  async insert(tx: Tx, { name, displayName, ...spec }: NewPlan): Promise<PlanView | undefined> {
    const found = await row<PlanRow>(
      tx,
      `insert into leasehold.plans (name, display_name, spec) values ($1, $2, $3)
       on conflict (name) do nothing returning ${columns}`,
      [name, displayName, JSON.stringify(spec)],
    );
    return found && toView(found);
  }

  async rateLimits(tx: Tx): Promise<number[]> {
    const found = await rows<{ rate: number }>(
      tx,
      `select distinct (spec -> 'rateLimit' ->> 'requestsPerSecond')::int as rate from leasehold.plans
       where jsonb_typeof(spec -> 'rateLimit') = 'object' order by rate`,
    );
    return found.map(({ rate }) => rate);
  }

  async keepBackupsDays(tx: Tx): Promise<number | null> {
    const found = await row<{ days: number | null }>(
      tx,
      `select max((spec -> 'backup' ->> 'keepDays')::int) as days from leasehold.plans
       where jsonb_typeof(spec -> 'backup') = 'object'`,
      [],
    );
    return found?.days ?? null;
  }

  async find(tx: Tx, name: string): Promise<PlanView | undefined> {
    const found = await row<PlanRow>(tx, `select ${columns} from leasehold.plans where name = $1`, [name]);
    return found && toView(found);
  }

  async page(tx: Tx, request: ListRequest): Promise<Page<PlanView>> {
    const sql = `select ${columns}, (spec ->> 'rank')::int as rank from leasehold.plans`;
    return mapPage(await request.page<PlanRow>(tx, { sql }), toView);
  }
}

function toView(found: PlanRow): PlanView {
  return {
    name: found.name,
    displayName: found.display_name,
    // A plan of an older version has not said everything that there is to say now.
    ...planSpec.parse(found.spec),
    createdAt: found.created_at.toISOString(),
    updatedAt: found.updated_at.toISOString(),
  };
}
