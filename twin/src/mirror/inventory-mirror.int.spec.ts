import { testDatabase, type TestDatabase } from '@leasehold/test-support';
import pg from 'pg';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Inventory } from '../inventory/inventory.js';
import { resourceTypes } from '../inventory/resource-types.js';
import { createTwinPool } from '../inventory/twin-pool.js';
import { InventoryMirror } from './inventory-mirror.js';

const type = resourceTypes.namespace;
const namespace = (name: string) => ({
  cell: 'local',
  provider: 'kubernetes' as const,
  type,
  scope: '',
  name,
  externalId: name,
  owner: 'leasehold-tenant/ten_1',
  spec: { apiVersion: 'v1', kind: 'Namespace', metadata: { name } },
});

describe('the copy of the inventory', () => {
  let database: TestDatabase;
  let pool: pg.Pool;
  let inventory: Inventory;
  let mirror: InventoryMirror;
  const said: string[] = [];

  beforeAll(async () => {
    database = await testDatabase();
    pool = createTwinPool(database.twinUrl);
    inventory = new Inventory(pool);
    const log = pino({ level: 'error' }, { write: (line: string) => said.push(line) });
    mirror = new InventoryMirror(inventory, 'local', log, { comparedEveryMs: 20 });
    await mirror.start();
  });
  afterAll(async () => {
    await mirror.close();
    await pool.end();
    await database.drop();
  });

  const owner = async (sql: string): Promise<void> => {
    const client = new pg.Client({ connectionString: database.ownerUrl });
    await client.connect();
    await client.query(sql).finally(() => client.end());
  };
  const names = (): string[] => [...mirror.all(type)].map(({ name }) => name).sort();

  it('follows what is told, and finds nothing to mend', async () => {
    for (let n = 0; n < 30; n++) await inventory.create(namespace(`t-${n}`));
    for (let n = 0; n < 30; n += 2) await inventory.remove(namespace(`t-${n}`));
    await expect.poll(() => names().length).toBe(15);
    expect(await inventory.digest('local')).toMatch(/^[0-9a-f]{32}$/);
    expect(said).toEqual([]);
  });

  it('becomes true again after a change that nobody told, and that is said', async () => {
    await owner('alter table twin.resources disable trigger tell_change');
    await inventory.create(namespace('untold'));
    await owner('alter table twin.resources enable trigger tell_change');
    await expect.poll(names, { timeout: 20_000 }).toContain('untold');
    expect(said.join()).toContain('was not told');
  });
});
