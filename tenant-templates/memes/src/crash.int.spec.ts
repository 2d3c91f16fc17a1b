import { PlatformUnderTest, Pod } from '@leasehold/tenant-kit/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MemesClient } from './testing/memes-client.js';

let platform: PlatformUnderTest;
let image: string;

beforeAll(async () => {
  platform = await PlatformUnderTest.start(new URL('..', import.meta.url));
  ({ image } = platform);
});
afterAll(() => platform[Symbol.asyncDispose]());

/** Sends each request, again and again with its key, until it has an answer that is one. */
async function insist(client: MemesClient, pods: () => readonly Pod[], key: number): Promise<number> {
  for (let attempt = 0; ; attempt++) {
    const pod = pods()[(key + attempt) % pods().length]!;
    const answer = await client
      .get(pod, `/memes?query=${key}`, { 'idempotency-key': `k${key}` })
      .catch(() => undefined);
    if (answer !== undefined && answer.status !== 503) return answer.status;
  }
}

describe('many spends of one account, each with its key, over two replicas', () => {
  it('take each one token, once, which is metered once, over kill -9 of a replica and of Bigtable in the middle', async () => {
    const env = await platform.tenant('crash', { openingTokens: 1_000 });
    const ada = await MemesClient.of(platform, 'crash', 'ada');
    let pods = [await Pod.start(image, env), await Pod.start(image, { ...env, POD_NAME: 'other' })];
    let done = 0;
    const spend = async (key: number): Promise<void> => {
      expect(await insist(ada, () => pods, key)).toBe(200);
      done += 1;
    };
    const keys = Array.from({ length: 400 }, (_, index) => index % 200);
    const lanes = Array.from({ length: 20 }, async (_, lane) => {
      for (let index = lane; index < keys.length; index += 20) await spend(keys[index]!);
    });
    const after = (count: number) =>
      expect.poll(() => done, { timeout: 40_000, interval: 5 }).toBeGreaterThan(count);
    await after(60);
    const [first, second] = pods;
    const [, restarted] = await Promise.all([first!.stop('SIGKILL'), Pod.start(image, env)]);
    pods = [restarted, second!];
    await after(180);
    platform.killEmulator();
    await Promise.all(lanes);
    expect(await ada.balance(restarted)).toBe(800);
    const root = await MemesClient.of(platform, 'crash', 'root', ['admin']);
    const report = await root.check(restarted);
    expect(report.faults).toEqual([]);
    expect(report.sums).toEqual({ issued: 1_000, revenue: 200, balances: 800, held: 0 });
    expect(await platform.meteredTokens(env['ROW_KEY_PREFIX'] ?? '')).toBe(200);
    await Promise.all(pods.map((pod) => pod.stop('SIGKILL')));
  });
});

describe('without the data gateway', () => {
  it('the caller is told to come back, nothing is charged, and all is well after', async () => {
    await using pod = await Pod.start(image, await platform.tenant('away'));
    const ada = await MemesClient.of(platform, 'away', 'ada');
    expect(await ada.balance(pod)).toBe(10);
    await platform.stopGateway();
    const refused = await ada.get(pod, '/memes');
    expect(refused.status).toBe(503);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    await platform.startGateway();
    const balance = async (): Promise<number> => ada.balance(pod).catch(() => NaN);
    await expect.poll(balance, { timeout: 30_000 }).toBe(10);
  });
});
