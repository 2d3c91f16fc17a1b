import { testDatabase, type TestDatabase } from '@leasehold/test-support';
import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { systemContext } from '../platform/request-context.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { startApi, type ApiUnderTest } from '../testing/api-under-test.js';
import { execute, seedCatalog } from '../testing/seeded-catalog.js';
import { tenantEvents, tenantStates, tenantTransitions } from './tenant-states.js';
import { TenantsService } from './tenants.service.js';

let database: TestDatabase;
let api: ApiUnderTest;
let tenants: TenantsService;
let uow: UnitOfWork;
let id: string;

const ctx = systemContext('worker', pino({ level: 'silent' }));
const sql = (text: string, values: unknown[]) => execute(database.ownerUrl, text, values);

beforeAll(async () => {
  database = await testDatabase();
  api = await startApi(database);
  await seedCatalog(api.admin, database.ownerUrl);
  const { body } = await api.admin.post('/v1/tenants', {
    ...{ slug: 'wanderer', displayName: 'Wanderer', template: 'counter' },
  });
  expect(body).toHaveProperty('tenantId');
  id = String(body['tenantId']);
  tenants = api.app.nest.get(TenantsService);
  uow = api.app.nest.get(UnitOfWork);
});
afterAll(async () => {
  await api.stop();
  await database.drop();
});

const edges = tenantStates.flatMap((from) => tenantEvents.map((event) => ({ from, event })));

describe('what a worker does to a tenant', () => {
  beforeEach(async () => {
    await sql(`delete from leasehold.events where tenant_id = $1`, [id]);
  });

  test.each(edges)('$event of one that is $from', async ({ from, event }) => {
    await sql('update leasehold.tenants set state = $2, suspended = ($2 = $3) where id = $1', [
      ...[id, from, 'suspended'],
    ]);
    const moved = uow.run(ctx, (tx) => tenants.transition(ctx, tx, id, event));
    const edge = tenantTransitions.find((known) => known.from === from && known.event === event);
    const repeated = tenantTransitions.some((known) => known.event === event && known.to === from);
    if (edge === undefined && !repeated) {
      await expect(moved).rejects.toMatchObject({
        code: 'wrong_state',
        publicMessage: expect.stringContaining(`A tenant that is ${from} cannot take "${event}"`) as string,
      });
    } else expect(await moved).toBe(edge?.to ?? from);
    const { state, suspended } = await uow.run(ctx, (tx) => tenants.require(tx, id));
    expect(state).toBe(edge?.to ?? from);
    // What was suspended stays so until it is active again, so that a restore can tell.
    const last = state === 'active' ? false : state === 'suspended' || from === 'suspended';
    expect(suspended).toBe(last);
    const told = await sql(`select 1 from leasehold.events where tenant_id = $1 and type = 'tenant.state'`, [
      id,
    ]);
    expect(told).toHaveLength(edge !== undefined && edge.to !== from ? 1 : 0);
  });
});
