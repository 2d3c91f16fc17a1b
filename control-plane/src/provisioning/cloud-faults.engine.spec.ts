import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Operation } from '../operations/operation.js';
import { tenantPatch } from '../tenants/tenant.schema.js';
import type { TenantState } from '../tenants/tenant-states.js';
import { PlatformBench } from './testing/platform-bench.js';

let platform: PlatformBench;
beforeAll(async () => {
  platform = await PlatformBench.open();
});
afterAll(() => platform[Symbol.asyncDispose]());
afterEach(async () => {
  for (const { id } of await platform.target.faults.list()) await platform.target.faults.remove(id);
});

type Rule = Parameters<typeof platform.target.faults.add>[0];
const always = { delayMs: 0, probability: 1 } as const;
const deployment = 'kubernetes:apps/v1:Deployment';
const namespace = 'kubernetes:core/v1:Namespace';
const recordSet = 'gcp:dns/recordSet:RecordSet';

const failing = (rule: Omit<Rule, 'delayMs' | 'probability'> & Partial<Rule>) =>
  platform.target.faults.add({ ...always, ...rule });

async function taken(): Promise<number> {
  return (await platform.target.faults.list()).reduce((sum, fault) => sum + fault.taken, 0);
}

async function succeeded(id: string): Promise<Operation> {
  const operation = await platform.ended(id);
  expect(operation.error?.message).toBeUndefined();
  expect(operation.state).toBe('succeeded');
  return operation;
}

async function onboarded(slug: string): Promise<string> {
  const { id, tenantId } = await platform.onboard(slug);
  await succeeded(id);
  return tenantId ?? '';
}

const tenantOf = (id: string) => platform.run((tx) => platform.tenants.require(tx, id));

const reconcile = (tenantId: string) =>
  platform.run((tx) => platform.tenants.reconcile(platform.ctx, tx, tenantId));

async function purge(tenantId: string): Promise<Operation> {
  const { etag } = await platform.tenants.get(platform.ctx, tenantId);
  return platform.run((tx) =>
    platform.tenants.remove(platform.ctx, tx, tenantId, { purge: true, ifMatch: etag }),
  );
}

/** What of a tenant is anywhere: in the clouds, in Pulumi's state, among the objects, in DNS. */
async function leftOf(slug: string, tenantId: string): Promise<unknown[]> {
  const resources = await platform.target.inventory.list({ cell: 'local' });
  const stacks: unknown[] = await platform.databases.platform.query(
    'select * from pulumi.stacks where name = $1',
    [tenantId],
  );
  const objects = await platform.target.listObjects('leasehold-twin-local-branding', `tenants/${tenantId}/`);
  const names = await platform.target.resolve(`${slug}.localhost`);
  return [
    ...resources.filter((each) => JSON.stringify(each).includes(tenantId) || each.scope === `t-${slug}`),
    ...stacks,
    ...objects,
    ...names,
  ];
}

type Tx = Parameters<Parameters<typeof platform.run>[0]>[0];

/** A change of a living tenant, and a call of it that the cloud may fail at. */
interface Change {
  readonly begin: (tx: Tx, tenantId: string) => Promise<Operation>;
  readonly meets: Pick<Rule, 'type' | 'operation'>;
  readonly leadsTo: TenantState;
  readonly page?: number;
}

/** One after another: each leaves what the next one begins with. */
const changes: readonly Change[] = [
  {
    begin: (tx, id) =>
      platform.changes.patch(platform.ctx, tx, id, tenantPatch.parse({ displayName: 'Other' }), '*'),
    meets: { type: 'kubernetes:core/v1:ConfigMap', operation: 'update' },
    leadsTo: 'active',
    page: 200,
  },
  {
    begin: (tx, id) => platform.tenants.suspend(platform.ctx, tx, id),
    meets: { type: deployment, operation: 'update' },
    leadsTo: 'suspended',
    page: 503,
  },
  {
    begin: (tx, id) => platform.tenants.resume(platform.ctx, tx, id),
    meets: { type: 'kubernetes:networking.gke.io/v1:GCPHTTPFilter', operation: 'create' },
    leadsTo: 'active',
    page: 200,
  },
  {
    begin: (tx, id) => platform.tenants.remove(platform.ctx, tx, id, { purge: false, ifMatch: '*' }),
    meets: { type: deployment, operation: 'delete' },
    leadsTo: 'pending_deletion',
  },
  {
    begin: (tx, id) => platform.tenants.restore(platform.ctx, tx, id),
    meets: { type: recordSet, operation: 'create' },
    leadsTo: 'active',
    page: 200,
  },
];

const faults = ['429', '500', '503', 'timeout', 'lost', 'conflict', 'slow'] as const;

describe.each(faults)('a cloud that has the fault "%s" once', (fault) => {
  const slug = `f-${fault}`;
  const delayMs = fault === 'slow' ? 300 : 0;

  const inTheMiddleOf = async (change: Change, tenantId: string): Promise<void> => {
    const before = await taken();
    await failing({ ...change.meets, fault, times: 1, delayMs });
    await succeeded((await platform.run((tx) => change.begin(tx, tenantId))).id);
    expect(await taken()).toBe(before + 1);
    expect((await tenantOf(tenantId)).state).toBe(change.leadsTo);
    if (change.page !== undefined) expect((await platform.page(slug)).status).toBe(change.page);
  };

  test('in the middle of create, reconcile and every change, delete and purge: each ends well, and after a purge nothing is left', async () => {
    await failing({ type: deployment, operation: 'create', fault, times: 1, delayMs });
    await failing({ type: recordSet, operation: 'create', fault, times: 1, delayMs });
    const tenantId = await onboarded(slug);
    expect(await taken()).toBe(2);
    expect((await platform.page(slug)).status).toBe(200);

    await platform.target.inventory.remove({
      type: 'kubernetes:core/v1:Service',
      scope: `t-${slug}`,
      name: 'app',
    });
    await platform.target.inventory.set(
      { type: deployment, scope: `t-${slug}`, name: 'app' },
      'spec.revisionHistoryLimit',
      7,
    );
    await failing({ type: deployment, operation: 'update', fault, times: 1, delayMs });
    await failing({ operation: 'read', fault, times: 1, delayMs });
    await failing({ type: 'kubernetes:core/v1:Service', operation: 'create', fault, times: 1, delayMs });
    await succeeded((await reconcile(tenantId)).id);
    expect(await taken()).toBe(5);
    expect((await platform.page(slug)).status).toBe(200);

    for (const change of changes) await inTheMiddleOf(change, tenantId);

    await failing({ type: recordSet, operation: 'delete', fault, times: 1, delayMs });
    await failing({ type: namespace, operation: 'delete', fault, times: 1, delayMs });
    await succeeded((await purge(tenantId)).id);
    expect(await leftOf(slug, tenantId)).toEqual([]);
  });
});

describe('a cloud that goes on failing', () => {
  test('makes a create fail with the resource, the cause and what to do; once it works again, a resume ends it', async () => {
    const { id: rule } = await failing({ type: recordSet, operation: 'create', fault: '503' });
    const { id, tenantId } = await platform.onboard('stuck');
    const failed = await platform.ended(id);
    expect(failed.state).toBe('failed');
    expect(failed.error).toMatchObject({ code: 'stack_run_failed', retryable: true });
    expect(failed.error?.resource).toContain('RecordSet');
    expect(failed.error?.message).toContain('googleapi: Error 503: The service is currently unavailable.');
    expect(failed.error?.message).toContain('resume');
    expect(await taken()).toBeGreaterThan(1);
    await platform.target.faults.remove(rule);
    await platform.ask('resume', id);
    await succeeded(id);
    expect((await platform.page('stuck')).status).toBe(200);
    await succeeded((await purge(tenantId ?? '')).id);
    expect(await leftOf('stuck', tenantId ?? '')).toEqual([]);
  });

  test('makes a create fail that is then rolled back, and nothing is left', async () => {
    await failing({ type: deployment, operation: 'create', fault: 'lost' });
    await failing({ type: deployment, operation: 'update', fault: '500' });
    const { id, tenantId } = await platform.onboard('undone');
    expect((await platform.ended(id)).state).toBe('failed');
    await platform.ask('rollback', id);
    expect((await platform.ended(id)).state).toBe('rolled_back');
    expect(await leftOf('undone', tenantId ?? '')).toEqual([]);
  });

  test('makes a suspension fail; a condition says that it stopped, and a reconcile brings the workload back', async () => {
    const tenantId = await onboarded('half-way');
    const { id: rule } = await failing({ type: deployment, operation: 'update', fault: '500' });
    const { id } = await platform.run((tx) => platform.tenants.suspend(platform.ctx, tx, tenantId));
    expect((await platform.ended(id)).state).toBe('failed');
    const ready = async () => (await tenantOf(tenantId)).conditions.find(({ type }) => type === 'Ready');
    expect(await ready()).toMatchObject({ status: 'Unknown', reason: 'SuspensionStopped' });
    await platform.target.faults.remove(rule);
    await succeeded((await reconcile(tenantId)).id);
    expect(await ready()).toMatchObject({ status: 'True', reason: 'Verified' });
    expect((await platform.page('half-way')).status).toBe(200);
  });

  test('makes a purge fail; once it works again, a resume leaves nothing', async () => {
    const tenantId = await onboarded('sticky');
    const { id: rule } = await failing({
      type: 'kubernetes:core/v1:Namespace',
      operation: 'delete',
      fault: 'timeout',
    });
    const { id } = await purge(tenantId);
    const failed = await platform.ended(id);
    expect(failed).toMatchObject({ state: 'failed', error: { retryable: true } });
    expect(failed.error?.resource).toContain('Namespace');
    await platform.target.faults.remove(rule);
    await platform.ask('resume', id);
    await succeeded(id);
    expect(await leftOf('sticky', tenantId)).toEqual([]);
  });
});
