import { testDatabase, type TestDatabase } from '@leasehold/test-support';
import type { Pool } from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Inventory } from './inventory.js';
import {
  ConflictError,
  InUseError,
  MissingReferenceError,
  ResourceMissingError,
} from './inventory-errors.js';
import type { InventoryChange } from './inventory-watch.js';
import type { ResourceDraft } from './resource.js';
import { resourceTypes } from './resource-types.js';
import { createTwinPool } from './twin-pool.js';

let database: TestDatabase;
let pool: Pool;
let inventory: Inventory;

beforeAll(async () => {
  database = await testDatabase();
  pool = createTwinPool(database.twinUrl);
  inventory = new Inventory(pool);
});

afterAll(async () => {
  await pool.end();
  await database.drop();
});

beforeEach(async () => {
  await pool.query('delete from twin.resources');
});

function namespace(name: string, owner = 'leasehold-tenant/ten_1'): ResourceDraft {
  const spec = { apiVersion: 'v1', kind: 'Namespace', metadata: { name } };
  return {
    cell: 'local',
    provider: 'kubernetes',
    type: resourceTypes.namespace,
    scope: '',
    name,
    externalId: name,
    owner,
    spec,
  };
}

function configMap(scope: string, data: Record<string, string> = {}): ResourceDraft {
  const spec = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'app', namespace: scope }, data };
  const key = { cell: 'local', type: resourceTypes.configMap, scope, name: 'app' };
  return {
    ...key,
    provider: 'kubernetes',
    externalId: `${scope}/app`,
    owner: 'leasehold-tenant/ten_1',
    spec,
  };
}

function zone(name: string, forceDestroy = false): ResourceDraft {
  const spec = { name, dnsName: 'localhost.', forceDestroy };
  const key = { cell: 'local', type: resourceTypes.managedZone, scope: 'p', name };
  return {
    ...key,
    provider: 'gcp',
    externalId: `projects/p/managedZones/${name}`,
    owner: 'leasehold-platform/default',
    spec,
  };
}

function recordSet(name: string, type: string): ResourceDraft {
  const key = { cell: 'local', type: resourceTypes.recordSet, scope: 'p/tenants', name: `${name}/${type}` };
  return {
    ...key,
    provider: 'gcp',
    externalId: `${name}/${type}`,
    owner: 'leasehold-tenant/ten_1',
    spec: { name, type },
  };
}

const inNamespace = (name: string) => ({ references: [{ type: resourceTypes.namespace, scope: '', name }] });

describe('creating', () => {
  it('keeps what was written and gives it an identity', async () => {
    const { outcome, resource } = await inventory.create(namespace('t-acme'));
    expect(outcome).toBe('created');
    expect(resource).toMatchObject({ ...namespace('t-acme'), generation: 1, status: {} });
    expect(resource.uid).toMatch(/^[0-9a-f-]{36}$/);
    expect(await inventory.get(resource)).toEqual(resource);
    expect(await inventory.getByExternalId('local', resourceTypes.namespace, 't-acme')).toEqual(resource);
  });

  it('names what it needs and does not find', async () => {
    const creation = inventory.create(configMap('t-acme'), inNamespace('t-acme'));
    await expect(creation).rejects.toThrow(MissingReferenceError);
    await expect(creation).rejects.toThrow(
      'ConfigMap "app" in namespace "t-acme" needs Namespace "t-acme", which does not exist: create it first',
    );
    expect(await inventory.list({ cell: 'local' })).toEqual([]);
  });

  it('refuses a second one of the same name unless it may be taken over', async () => {
    const first = await inventory.create(namespace('t-acme'));
    await expect(inventory.create(namespace('t-acme'))).rejects.toThrow('Namespace "t-acme" already exists');
    await expect(
      inventory.create(namespace('t-acme'), { adopt: () => 'belongs to another tenant' }),
    ).rejects.toThrow('Namespace "t-acme" belongs to another tenant');

    const taken = await inventory.create(namespace('t-acme', 'leasehold-tenant/ten_2'), {
      adopt: () => true,
    });
    expect(taken.outcome).toBe('adopted');
    expect(taken.resource).toMatchObject({
      uid: first.resource.uid,
      owner: 'leasehold-tenant/ten_2',
      generation: 1,
    });
  });

  it('lets one of many at once win', async () => {
    const attempts = Array.from({ length: 20 }, (_, n) =>
      inventory.create(namespace('t-acme', `owner-${String(n)}`)),
    );
    const results = await Promise.allSettled(attempts);
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const result of results) {
      if (result.status === 'rejected') expect(result.reason).toBeInstanceOf(ConflictError);
    }
    expect(await inventory.list({ cell: 'local' })).toHaveLength(1);
  });

  it('keeps cells apart', async () => {
    await inventory.create(namespace('t-acme'));
    await inventory.create({ ...namespace('t-acme'), cell: 'other' });
    expect(await inventory.list({ cell: 'other' })).toHaveLength(1);
  });

  it('lets rivals exclude each other even at the same moment', async () => {
    await inventory.create(zone('tenants'));
    const rivals = {
      prefix: 'acme.localhost./',
      refuse: (names: readonly string[]) => (names.length > 0 ? 'stands beside a CNAME' : undefined),
    };
    const results = await Promise.allSettled(
      ['A', 'AAAA', 'TXT', 'CNAME'].map((type) =>
        inventory.create(recordSet('acme.localhost.', type), { rivals }),
      ),
    );
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });
});

describe('updating', () => {
  it('counts a generation only when something differs', async () => {
    await inventory.create(namespace('t-acme'));
    const { resource } = await inventory.create(configMap('t-acme'), inNamespace('t-acme'));
    const same = await inventory.update(resource, configMap('t-acme').spec);
    expect(same.generation).toBe(1);
    const changed = await inventory.update(resource, configMap('t-acme', { PORT: '80' }).spec);
    expect(changed).toMatchObject({ generation: 2, uid: resource.uid, spec: { data: { PORT: '80' } } });
  });

  it('says that the resource is gone', async () => {
    const update = inventory.update(configMap('t-acme'), {});
    await expect(update).rejects.toThrow(ResourceMissingError);
    await expect(update).rejects.toThrow('ConfigMap "app" in namespace "t-acme" not found');
  });

  it('writes a status without a new generation', async () => {
    const { resource } = await inventory.create(namespace('t-acme'));
    expect(await inventory.setStatus(resource, { phase: 'Active' })).toBe(true);
    expect(await inventory.setStatus(resource, { phase: 'Active' })).toBe(false);
    expect(await inventory.get(resource)).toMatchObject({ generation: 1, status: { phase: 'Active' } });
  });
});

describe('removing', () => {
  it('takes the content of a namespace along and nothing else', async () => {
    for (const name of ['t-acme', 't-other']) {
      await inventory.create(namespace(name));
      await inventory.create(configMap(name), inNamespace(name));
    }
    expect(await inventory.remove(namespace('t-acme'))).toBe(true);
    expect((await inventory.list({ cell: 'local' })).map(({ externalId }) => externalId)).toEqual([
      't-other',
      't-other/app',
    ]);
  });

  it('keeps a zone that holds record sets, until it may be destroyed by force', async () => {
    await inventory.create(zone('tenants'));
    await inventory.create(recordSet('acme.localhost.', 'A'));
    await expect(inventory.remove(zone('tenants'))).rejects.toThrow(InUseError);
    await expect(inventory.remove(zone('tenants'))).rejects.toThrow(
      'ManagedZone "tenants" in "p" is not empty, remove first: RecordSet "acme.localhost./A" in "p/tenants"',
    );
    await inventory.update(zone('tenants'), zone('tenants', true).spec);
    expect(await inventory.remove(zone('tenants'))).toBe(true);
    expect(await inventory.list({ cell: 'local' })).toEqual([]);
  });

  it('is content when there is nothing to remove', async () => {
    expect(await inventory.remove(namespace('t-acme'))).toBe(false);
    expect(await inventory.remove(configMap('t-acme'))).toBe(false);
  });

  it('leaves no orphan when a creation and the removal of its namespace meet', async () => {
    for (let round = 0; round < 20; round++) {
      await inventory.create(namespace('t-acme'));
      await Promise.allSettled([
        inventory.create(configMap('t-acme'), inNamespace('t-acme')),
        inventory.remove(namespace('t-acme')),
      ]);
      expect(await inventory.list({ cell: 'local' })).toEqual([]);
    }
  });
});

describe('watching', () => {
  it('tells each change of its cell, and asks for a full look after a lost connection', async () => {
    const changes: InventoryChange[] = [];
    let resyncs = 0;
    const watch = inventory.watch('local', {
      changed: (change) => changes.push(change),
      resync: () => (resyncs += 1),
    });
    try {
      await expect.poll(() => resyncs).toBe(1);
      await inventory.create(namespace('t-acme'));
      await inventory.create({ ...namespace('t-acme'), cell: 'other' });
      await inventory.setStatus(namespace('t-acme'), { phase: 'Active' });
      await inventory.update(namespace('t-acme'), { changed: true });
      await inventory.remove(namespace('t-acme'));
      await expect
        .poll(() => changes.map(({ op }) => op))
        .toEqual(['created', 'status', 'updated', 'removed']);
      expect(changes[0]).toEqual({
        cell: 'local',
        type: resourceTypes.namespace,
        scope: '',
        name: 't-acme',
        op: 'created',
      });

      await pool.query(
        `select pg_terminate_backend(pid) from pg_stat_activity where query = 'listen twin_inventory' and pid <> pg_backend_pid()`,
      );
      await expect.poll(() => resyncs).toBe(2);
      await inventory.create(namespace('t-later'));
      await expect.poll(() => changes.at(-1)?.name).toBe('t-later');
    } finally {
      await watch.close();
    }
    const told = changes.length;
    await inventory.create(namespace('t-after'));
    expect(changes).toHaveLength(told);
  });
});
