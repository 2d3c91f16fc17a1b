import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { trialName, trialsOf, underTrial, type Trial } from '../operations/testing/instrument-saga.js';
import type { Saga } from '../operations/saga.js';
import { PlatformBench } from './testing/platform-bench.js';

/** The trial that the next onboarding stands; the platform is the same for all of them. */
let trial: Trial | undefined;
let platform: PlatformBench;
beforeAll(async () => {
  platform = await PlatformBench.open({ saga: onTrial });
});
afterAll(() => platform[Symbol.asyncDispose]());

/** Reads the trial at each call of a step, so that one engine can run them one after the other. */
function onTrial(saga: Saga): Saga {
  if (saga.kind !== 'tenant.create') return saga;
  const now = (index: number) => (trial ? underTrial(saga, trial) : saga).steps[index];
  return {
    ...saga,
    steps: saga.steps.map(({ name }, index) => ({
      name,
      act: async (work) => now(index)?.act?.(work),
      record: async (tx, work) => now(index)?.record?.(tx, work),
      undo: async (work) => now(index)?.undo?.(work),
      recordUndo: async (tx, work) => now(index)?.recordUndo?.(tx, work),
    })),
  };
}

const steps = ['place', 'reserve', 'plan', 'apply', 'publish', 'verify', 'activate'].map((name) => ({
  name,
}));
const trials = trialsOf({ steps });

describe('an onboarding', () => {
  test.each(trials.map((next) => [trialName(next), next] as const))(
    '%s: in the end nothing of it is left, and its name is free',
    async (_, next) => {
      trial = next;
      const failsAtAll = next.kind === 'fail';
      const { id, tenantId } = await platform.onboard('trial');
      const first = await platform.ended(id);
      expect(first.state).toBe(failsAtAll ? 'failed' : 'succeeded');
      if (!failsAtAll) {
        expect((await platform.page('trial')).status).toBe(200);
        trial = undefined;
        const etag = (await platform.tenants.get(platform.ctx, tenantId ?? '')).etag;
        const purge = await platform.run((tx) =>
          platform.tenants.remove(platform.ctx, tx, tenantId ?? '', { purge: true, ifMatch: etag }),
        );
        expect((await platform.ended(purge.id)).state).toBe('succeeded');
      } else {
        trial = { kind: 'repeat undos' };
        await platform.ask('rollback', id);
        const back = await platform.ended(id);
        expect(back.error?.message).toBe(first.error?.message);
        expect(back.state).toBe('rolled_back');
      }
      const tenant = await platform.run((tx) => platform.tenants.require(tx, tenantId ?? ''));
      expect(tenant.state).toBe('deleted');
      expect(await leftOf(tenantId ?? '')).toEqual([]);
    },
  );

  test.each(steps)('that failed at $name goes on there and gets its page', async ({ name }) => {
    trial = { kind: 'fail', step: name, when: 'after' };
    const { id } = await platform.onboard(`again-${name}`);
    expect((await platform.ended(id)).state).toBe('failed');
    trial = undefined;
    await platform.ask('resume', id);
    expect((await platform.ended(id)).state).toBe('succeeded');
    expect((await platform.page(`again-${name}`)).status).toBe(200);
  });
});

async function leftOf(tenantId: string): Promise<unknown[]> {
  const resources = await platform.target.inventory.list({ cell: 'local' });
  const stacks: unknown[] = await platform.databases.platform.query(
    'select * from pulumi.stacks where name = $1',
    [tenantId],
  );
  const objects = await platform.target.listObjects('leasehold-twin-local-branding', `tenants/${tenantId}/`);
  return [
    ...resources.filter((resource) => JSON.stringify(resource).includes(tenantId)),
    ...stacks,
    ...objects,
  ];
}
