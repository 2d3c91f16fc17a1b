import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PlatformUnderTest, Pod } from '@leasehold/tenant-kit/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MemesClient } from './testing/memes-client.js';
import { completion, RemoteService } from './testing/remote-service.js';

let platform: PlatformUnderTest;
let provider: RemoteService;

beforeAll(async () => {
  platform = await PlatformUnderTest.start(new URL('..', import.meta.url));
  provider = await RemoteService.start();
});
afterAll(async () => {
  await provider[Symbol.asyncDispose]();
  await platform[Symbol.asyncDispose]();
});

async function environmentOf(slug: string, parameters: object = {}): Promise<Record<string, string>> {
  const ai = { aiBaseUrl: `${provider.url}/v1`, aiModel: 'model-1', aiTimeoutMs: 3_000 };
  const secrets = join(platform.dir, `${slug}-secrets`);
  await mkdir(secrets);
  await writeFile(join(secrets, 'AI_API_KEY'), 'sk-1');
  const env = await platform.tenant(slug, { ...ai, ...parameters });
  return { ...env, SECRETS_DIR: secrets };
}

async function podOf(slug: string, parameters: object = {}): Promise<Pod> {
  return Pod.start(platform.image, await environmentOf(slug, parameters));
}

const user = (slug: string): Promise<MemesClient> => MemesClient.of(platform, slug, 'ada', ['ai']);
const kinds = async (client: MemesClient, pod: Pod): Promise<string[]> =>
  (await client.statement(pod)).map(({ kind }) => kind).reverse();

describe('a user with the role ai, where a provider is attached', () => {
  it('gets its meme for tokens that were held meanwhile', async () => {
    provider.answer = () => completion('TEA IS A SOFTWARE');
    await using pod = await podOf('attached');
    const ada = await user('attached');
    const answer = await ada.get(pod, '/memes?query=tea');
    expect(JSON.parse(answer.body)).toMatchObject({
      meme: 'TEA IS A SOFTWARE',
      generator: 'model-1',
      tokens: 3,
    });
    expect(provider.seen.at(-1)?.headers.authorization).toBe('Bearer sk-1');
    expect(await kinds(ada, pod)).toEqual(['opening', 'hold', 'capture']);
    expect(await ada.balance(pod)).toBe(7);
  });

  it('gets a text meme at its price when the provider fails', async () => {
    provider.answer = () => ({ status: 500, body: '{}' });
    await using pod = await podOf('fallback');
    const ada = await user('fallback');
    expect(JSON.parse((await ada.get(pod, '/memes')).body)).toMatchObject({ type: 'text', tokens: 1 });
    expect(await ada.balance(pod)).toBe(9);
  });

  it('is charged nothing when the provider fails and there is no fallback', async () => {
    provider.answer = () => ({ status: 500, body: '{}' });
    await using pod = await podOf('failing', { aiFallback: 'fail' });
    const ada = await user('failing');
    const answer = await ada.get(pod, '/memes');
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '5']);
    await expect.poll(() => ada.balance(pod), { timeout: 10_000 }).toBe(10);
    expect(await kinds(ada, pod)).toEqual(['opening', 'hold', 'release']);
  });

  it('cannot spend the held tokens elsewhere, and the same request meanwhile is 409', async () => {
    provider.answer = () => undefined;
    await using pod = await podOf('held', { openingTokens: 4 });
    const ada = await user('held');
    const key = { 'idempotency-key': 'k' };
    const asked = provider.seen.length;
    const first = ada.get(pod, '/memes', key);
    await expect.poll(() => provider.seen.length, { timeout: 10_000 }).toBe(asked + 1);
    expect(await ada.balance(pod)).toBe(1);
    expect((await ada.get(pod, '/memes', key)).status).toBe(409);
    expect((await ada.get(pod, '/memes')).status).toBe(402);
    expect((await first).status).toBe(200);
    expect(await ada.balance(pod)).toBe(3);
  });

  it('finds its tokens held, not lost, when the pod is killed in the middle', async () => {
    provider.answer = () => undefined;
    const env = await environmentOf('killed');
    const pod = await Pod.start(platform.image, env);
    const ada = await user('killed');
    const asked = provider.seen.length;
    const lost = ada.get(pod, '/memes').catch(() => undefined);
    await expect.poll(() => provider.seen.length, { timeout: 10_000 }).toBe(asked + 1);
    await pod.stop('SIGKILL');
    await lost;
    await using next = await Pod.start(platform.image, env);
    const root = await MemesClient.of(platform, 'killed', 'root', ['admin']);
    expect(await root.check(next)).toMatchObject({ faults: [], sums: { balances: 7, held: 3, revenue: 0 } });
  });
});
