import { testDatabase, type TestDatabase } from '@leasehold/test-support';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemContext } from '../platform/request-context.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { startApi, type ApiUnderTest } from '../testing/api-under-test.js';
import { execute, seedCatalog } from '../testing/seeded-catalog.js';
import { tenantEvents, tenantStates, tenantTransitions, type TenantEvent } from './tenant-states.js';
import { TenantsService } from './tenants.service.js';

let database: TestDatabase;
let api: ApiUnderTest;
let id: string;
beforeAll(async () => {
  database = await testDatabase();
  api = await startApi(database);
  await seedCatalog(api.admin, database.ownerUrl);
  const body = { slug: 'acme', displayName: 'Acme', template: 'counter' };
  id = String((await api.admin.post('/v1/tenants', body)).body['tenantId']);
});
afterAll(async () => {
  await api.stop();
  await database.drop();
});

/** As a worker's step does it. */
function transition(event: TenantEvent): Promise<string> {
  const ctx = systemContext('test', pino({ level: 'silent' }));
  const { nest } = api.app;
  return nest.get(UnitOfWork).run(ctx, (tx) => nest.get(TenantsService).transition(ctx, tx, id, event));
}

const told = (): Promise<unknown[]> =>
  execute(
    database.ownerUrl,
    `select data ->> 'from' as "from", data ->> 'to' as "to" from leasehold.events
     where tenant_id = $1 and type = 'tenant.state' order by position`,
    [id],
  );

describe('what happens to a tenant', () => {
  const pairs = tenantStates.flatMap((from) => tenantEvents.map((event) => ({ from, event })));

  test.each(pairs)('$event in $from', async ({ from, event }) => {
    await execute(database.ownerUrl, 'update leasehold.tenants set state = $2 where id = $1', [id, from]);
    const before = await told();
    const [allowed] = tenantTransitions.filter((row) => row.from === from && row.event === event);
    const repeated = tenantTransitions.some((row) => row.event === event && row.to === from);
    if (allowed || repeated) expect(await transition(event)).toBe(allowed?.to ?? from);
    else {
      await expect(transition(event)).rejects.toMatchObject({
        kind: 'conflict',
        code: 'wrong_state',
        resource: id,
        publicMessage: expect.stringContaining(`is ${from} cannot take "${event}"; it must be`) as unknown,
      });
    }
    const to = allowed?.to ?? from;
    const [row] = await execute(database.ownerUrl, 'select state from leasehold.tenants where id = $1', [id]);
    expect(row).toEqual({ state: to });
    expect(await told()).toEqual(to === from ? before : [...before, { from, to }]);
  });
});
