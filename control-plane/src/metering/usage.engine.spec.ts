import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Outbox } from '../events/outbox.js';
import { PlatformBench } from '../provisioning/testing/platform-bench.js';
import { UsageGatherer } from './usage-gatherer.js';
import { usageQuery, type UsageView } from './usage.schema.js';
import { UsageService } from './usage.service.js';

const day = usageQuery.parse({});

describe('what a client uses', () => {
  let platform: PlatformBench;
  let gatherer: UsageGatherer;
  let usage: UsageService;
  beforeAll(async () => {
    platform = await PlatformBench.open();
    const { uow, cells, catalog, tenants, target } = platform;
    gatherer = new UsageGatherer(uow, cells, catalog, new Outbox(), { of: () => target });
    usage = new UsageService(uow, tenants, catalog);
    for (const slug of ['acme', 'globex']) {
      expect((await platform.ended((await platform.onboard(slug)).id)).state).toBe('succeeded');
    }
  });
  afterAll(() => platform[Symbol.asyncDispose]());

  const gathered = async (slug: string): Promise<UsageView> => {
    await gatherer.round(platform.ctx);
    return usage.of(platform.ctx, slug, day);
  };
  const take = async (slug: string, count: number): Promise<void> => {
    for (let n = 0; n < count; n++) expect((await platform.page(slug, '/getCounter')).status).toBe(200);
  };

  it('is counted for that client alone: requests, writes, stored rows, time of pods', async () => {
    const before = (await gathered('globex')).totals;
    await take('acme', 25);
    await expect
      .poll(async () => (await gathered('acme')).totals.requests, { timeout: 30_000 })
      .toBeGreaterThan(24);
    const acme = await gathered('acme');
    expect(acme.totals.rowsWritten).toBeGreaterThan(0);
    expect(acme.totals.bytesWritten).toBeGreaterThan(0);
    expect(acme.totals.responseBytes).toBeGreaterThan(24);
    expect(acme.totals.podSeconds).toBeGreaterThan(0);
    expect(acme.totals.errors).toBe(0);
    const after = (await gathered('globex')).totals;
    expect(after.rowsWritten).toBe(before.rowsWritten);
    // Its onboarding has looked at its page a few times.
    expect(after.requests).toBeLessThan(25);
  });

  it('is the same however often it is gathered', async () => {
    const [first, second] = [await gathered('globex'), await gathered('globex')];
    expect(second.totals.rowsWritten).toBe(first.totals.rowsWritten);
    expect(second.totals.requests).toBe(first.totals.requests);
  });

  it('is told of at 80 and at 100 percent of the plan’s limit, once each; a hard one is refused then, and the page stays', async () => {
    const told = async (): Promise<unknown[]> =>
      platform.run((tx) =>
        tx.query(
          `select type, data ->> 'meter' as meter from leasehold.events where type like 'tenant.usage%' order by id`,
        ),
      );
    const limit = async (requestsPerMonth: number): Promise<void> => {
      await platform.run((tx) =>
        tx.query(
          `update leasehold.plans set spec = jsonb_set(spec, '{limits,requestsPerMonth}', $1) where name = 'free'`,
          [JSON.stringify({ most: requestsPerMonth, hard: true })],
        ),
      );
      await gatherer.round(platform.ctx);
      await gatherer.round(platform.ctx);
    };
    const { requests } = (await gathered('acme')).totals;
    await limit(requests * 10);
    expect(await told()).toEqual([]);
    await limit(Math.floor(requests / 0.85));
    expect(await told()).toEqual([{ type: 'tenant.usage_near_limit', meter: 'requestsPerMonth' }]);
    await limit(requests);
    expect((await told()).slice(1)).toEqual([
      { type: 'tenant.usage_limit_reached', meter: 'requestsPerMonth' },
    ]);
    expect((await gathered('acme')).limits[0]).toMatchObject({
      meter: 'requestsPerMonth',
      limit: requests,
      hard: true,
    });
    // Pods look every half minute, while requests come.
    await expect
      .poll(async () => (await platform.page('acme', '/getCounter')).status, { timeout: 60_000 })
      .toBe(429);
    expect((await platform.page('acme')).status).toBe(200);
  });
});
