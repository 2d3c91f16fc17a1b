import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { brandingAssetObject } from '@leasehold/stacks';
import { testDatabase, type TestDatabase } from '@leasehold/test-support';
import { AuditService } from '../audit/audit.service.js';
import { CellsService } from '../cells/cells.service.js';
import { EventFeed } from '../events/event-feed.js';
import { Outbox } from '../events/outbox.js';
import { closeDatabases, connectDatabases, type Databases } from '../platform/database.js';
import { systemContext } from '../platform/request-context.js';
import { SETTINGS, type ControlPlaneSettings } from '../platform/tokens.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { startApi, type ApiUnderTest } from '../testing/api-under-test.js';
import { execute, seedCatalog } from '../testing/seeded-catalog.js';
import { SlowStore } from '../testing/slow-store.js';
import { until } from '../testing/until.js';
import { BrandingPublisher } from './branding-publisher.js';
import { BrandingService } from './branding.service.js';
import { LeftPicturesService } from './left-pictures.service.js';
import { PreviewsService } from './previews.service.js';

const published = z.object({ revision: z.int(), displayName: z.string() });
const log = pino({ level: 'silent' });
const ctx = systemContext('test', log);
const store = new SlowStore();

let database: TestDatabase;
let databases: Databases;
let api: ApiUnderTest;
/** Two workers' services over the same database and object store. */
let workers: readonly BrandingService[];
let tenantId: string;

beforeAll(async () => {
  database = await testDatabase();
  databases = await connectDatabases({ app: database.appUrl, platform: database.platformUrl });
  api = await startApi(database);
  await seedCatalog(api.admin, database.ownerUrl);
  const { body } = await api.admin.post('/v1/tenants', {
    slug: 'acme',
    displayName: 'Acme',
    template: 'counter',
  });
  tenantId = String(body['tenantId']);
  await execute(database.ownerUrl, `update leasehold.tenants set state = 'active'`);
  const uow = new UnitOfWork(databases);
  const cells = api.app.nest.get(CellsService);
  workers = [1, 2].map(
    () => new BrandingService(uow, new AuditService(uow), new Outbox(), cells, store, databases),
  );
});
afterAll(async () => {
  await api.stop();
  await closeDatabases(databases);
  await database.drop();
});

const pictures = () =>
  new LeftPicturesService(new UnitOfWork(databases), api.app.nest.get(CellsService), store, databases);
const change = (displayName: string) =>
  api.admin.put('/v1/tenants/acme/branding', { displayName }, { 'if-match': '*' });
const live = () =>
  published.parse(
    JSON.parse(store.objects.get(`branding/tenants/${tenantId}/branding/current.json`) ?? '{}'),
  );

describe('branding goes live', () => {
  test('with what the pages need, under the name that they read', async () => {
    await workers[0]!.publish(ctx, { tenantId, cell: 'local' });
    expect(live()).toEqual({ revision: 1, displayName: 'Acme' });
    expect(JSON.parse([...store.objects.values()][0] ?? '')).toMatchObject({
      colors: { primary: '#1f6feb' },
    });
  });

  test('whatever number of workers publish while it changes, an older revision never follows a newer one', async () => {
    store.history.length = 0;
    await Promise.all(
      Array.from({ length: 12 }, async (_, i) => {
        if (i % 3 === 0) await change(`Name ${i}`);
        await workers[i % 2]!.publish(ctx, { tenantId, cell: 'local' });
      }),
    );
    const revisions = store.history.map((text) => published.parse(JSON.parse(text)).revision);
    expect(revisions).toEqual(revisions.toSorted((a, b) => a - b));
    expect(live().revision).toBe(5);
    expect((await api.admin.get('/v1/tenants/acme/branding')).body).toMatchObject({
      revision: 5,
      publishedRevision: 5,
    });
  });

  test('after a change by itself, and again until the store takes it', async () => {
    const settings: ControlPlaneSettings = {
      ...api.app.nest.get<ControlPlaneSettings>(SETTINGS),
      LEASEHOLD_ROLE: 'worker',
    };
    const publisher = new BrandingPublisher(
      workers[0]!,
      api.app.nest.get(PreviewsService),
      pictures(),
      api.app.nest.get(EventFeed),
      settings,
      log,
      new AbortController().signal,
    );
    publisher.onApplicationBootstrap();
    store.failNext(1);
    await change('At last');
    await until(() => Promise.resolve(live().displayName === 'At last'), 'the new name');
    await publisher.onModuleDestroy();
  });

  test('and a picture that nothing shows any more leaves the store a day later', async () => {
    const upload = async (color: string): Promise<string> => {
      const body = new TextEncoder().encode(
        `<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"><rect width="8" height="8" fill="${color}"/></svg>`,
      );
      const headers = { 'content-type': 'image/svg+xml' };
      const { body: made } = await api.admin.send('PUT', '/v1/tenants/acme/branding/assets/logo', {
        headers,
        body,
      });
      return `branding/${brandingAssetObject(tenantId, String(made['name']))}`;
    };
    const show = async (): Promise<void> => {
      await api.admin.post('/v1/tenants/acme/branding/draft/publish');
      await workers[0]!.publish(ctx, { tenantId, cell: 'local' });
    };
    const left = await upload('#ff0000');
    await show();
    const kept = await upload('#00ff00');
    await show();
    const again = await upload('#0000ff');
    await show();
    const sql = (text: string) => execute(database.ownerUrl, text, [tenantId]);
    // The history forgets what is older than a hundred revisions; here it is made to.
    await sql(`delete from leasehold.branding_revisions where tenant_id = $1
      and spec ->> 'logo' is not null and revision < (select max(revision) - 1 from leasehold.branding_revisions)`);
    await change('Once more');
    expect(await pictures().due(ctx, 10)).toEqual([]);
    await sql(
      `update leasehold.branding_left_pictures set since = now() - interval '25 hours' where tenant_id = $1`,
    );
    for (const picture of await pictures().due(ctx, 10)) await pictures().remove(ctx, picture);
    expect([left, kept, again].map((name) => store.objects.has(name))).toEqual([false, true, true]);
    expect(await pictures().due(ctx, 10)).toEqual([]);
  });

  test('and is told once for each revision', async () => {
    const events = await execute(
      database.ownerUrl,
      `select data ->> 'revision' as revision from leasehold.events where type = 'branding.published'`,
    );
    const revisions = events.map((event) => z.object({ revision: z.string() }).parse(event).revision);
    expect(revisions).toEqual([...new Set(revisions)]);
    expect(revisions).toContain('6');
  });

  test('and goes with the tenant', async () => {
    const count = store.objects.size;
    expect(await workers[0]!.withdraw(ctx, { tenantId, cell: 'local' })).toBe(count);
    expect(store.objects.size).toBe(0);
  });
});
