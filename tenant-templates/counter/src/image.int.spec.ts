import { PlatformUnderTest, Pod } from '@leasehold/tenant-kit/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

let platform: PlatformUnderTest;
let image: string;

beforeAll(async () => {
  platform = await PlatformUnderTest.start(new URL('..', import.meta.url));
  ({ image } = platform);
});
afterAll(() => platform[Symbol.asyncDispose]());

/** Takes the next number. */
const numberOf = async (pod: Pod): Promise<number> => {
  const { status, body } = await pod.get('/getCounter');
  if (status !== 200) throw new Error(`answered ${status}: ${body}`);
  return Number(body);
};

const numbers = async (pod: Pod, count: number): Promise<number[]> => {
  const taken: number[] = [];
  for (let i = 0; i < count; i++) taken.push(await numberOf(pod));
  return taken;
};

describe('a client of the counter', () => {
  it('gets 1, then 2, as plain text and nothing else', async () => {
    await using pod = await Pod.start(image, await platform.tenant('first'));
    const answer = await pod.get('/getCounter');
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect(answer.body).toBe('1');
    expect((await pod.get('/getCounter')).body).toBe('2');
  });

  it('takes no number with HEAD or a wrong method', async () => {
    await using pod = await Pod.start(image, await platform.tenant('head'));
    expect((await pod.get('/getCounter', { method: 'HEAD' })).status).toBe(200);
    const refused = await pod.get('/getCounter', { method: 'POST' });
    expect([refused.status, refused.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
    expect(await numberOf(pod)).toBe(1);
  });

  it('goes on without a gap after an orderly restart', async () => {
    const env = await platform.tenant('restart');
    const seen: number[] = [];
    for (let life = 0; life < 3; life++) {
      await using pod = await Pod.start(image, env);
      seen.push(...(await numbers(pod, 40)));
      expect(await pod.stop()).toBe(0);
    }
    expect(seen).toEqual(Array.from({ length: 120 }, (_, i) => i + 1));
  });

  it('never gets a number twice, over kill -9 in the middle of the work and two replicas', async () => {
    const env = await platform.tenant('killed');
    const seen: number[] = [];
    for (let life = 0; life < 3; life++) {
      await using one = await Pod.start(image, env);
      await using other = await Pod.start(image, env);
      const work = [one, other, one, other].map(async (pod) => {
        const mine: number[] = [];
        // Ends with the pod.
        for (;;) {
          const number = await numberOf(pod).catch(() => undefined);
          if (number === undefined) return mine;
          mine.push(number);
          seen.push(number);
        }
      });
      await expect
        .poll(() => seen.length, { timeout: 20_000, interval: 5 })
        .toBeGreaterThan(500 * (life + 1));
      expect(await one.stop('SIGKILL')).toBe('SIGKILL');
      await other.stop('SIGKILL');
      for (const mine of await Promise.all(work)) expect(mine).toEqual([...mine].sort((a, b) => a - b));
    }
    expect(new Set(seen).size).toBe(seen.length);
  });

  it('has a counter of its own', async () => {
    await using acme = await Pod.start(image, await platform.tenant('acme'));
    await using globex = await Pod.start(image, await platform.tenant('globex'));
    expect(await numbers(acme, 3)).toEqual([1, 2, 3]);
    expect(await numbers(globex, 2)).toEqual([1, 2]);
  });

  it('is answered to the last accepted request when the pod is stopped', async () => {
    const env = await platform.tenant('drained');
    await using pod = await Pod.start(image, env);
    await numberOf(pod);
    const asked = Array.from({ length: 50 }, () => numberOf(pod));
    await asked[0];
    const exit = pod.stop();
    const got = (await Promise.allSettled(asked)).flatMap((a) => (a.status === 'fulfilled' ? [a.value] : []));
    expect(await exit).toBe(0);
    await using next = await Pod.start(image, env);
    expect(await numberOf(next)).toBe(Math.max(...got) + 1);
  });
});

describe("a counter whose tenant asks for callers' tokens", () => {
  it('gives a number for a token of the tenant alone', async () => {
    await using pod = await Pod.start(image, await platform.tenant('closed', { auth: 'jwt' }));
    const ask = async (headers: Record<string, string>) => (await pod.get('/getCounter', { headers })).status;
    const bearer = async (slug: string) => ({ authorization: `Bearer ${await platform.token(slug, 'ada')}` });
    expect(await ask({})).toBe(401);
    expect(await ask(await bearer('another'))).toBe(401);
    expect(await ask(await bearer('closed'))).toBe(200);
    expect((await pod.get('/getCounter', { headers: await bearer('closed') })).body).toBe('2');
  });
});

describe('without the data gateway', () => {
  it('the client is told to come back, the pod says that it is not ready, and all is well after', async () => {
    await using pod = await Pod.start(image, await platform.tenant('away'));
    expect(await numberOf(pod)).toBe(1);
    await platform.stopGateway();
    try {
      const refused = await pod.get('/getCounter');
      expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '1']);
      await expect.poll(async () => (await pod.get('/healthz/ready')).status, { timeout: 10_000 }).toBe(503);
      expect((await pod.get('/healthz/live')).status).toBe(200);
      expect((await pod.get('/')).status).toBe(200);
    } finally {
      await platform.startGateway();
    }
    await expect.poll(async () => (await pod.get('/healthz/ready')).status, { timeout: 10_000 }).toBe(200);
    await expect.poll(async () => (await pod.get('/getCounter')).status, { timeout: 20_000 }).toBe(200);
  });
});

describe('a visitor of the page', () => {
  it('sees the published branding with the first request, and the files of the page', async () => {
    const colors = { primary: '#aa0000', background: '#ffffff', text: '#000000' };
    platform.branding = { revision: 4, displayName: 'Acme & Söhne', colors, tagline: 'Since 1907' };
    await using pod = await Pod.start(image, await platform.tenant('branded'));
    const page = await pod.get('/');
    expect(page.headers.get('branding-revision')).toBe('4');
    expect(page.body).toContain('Acme &amp; Söhne');
    for (const [, url = ''] of page.body.matchAll(/(?:src|href)="(\/ui\/[^"]+)"/g)) {
      expect((await pod.get(url)).status).toBe(200);
    }
  });

  it('sees a changed branding with the next requests', async () => {
    const colors = { primary: '#aa0000', background: '#ffffff', text: '#000000' };
    platform.branding = { revision: 4, displayName: 'Acme', colors };
    await using pod = await Pod.start(image, await platform.tenant('rebranded'));
    await pod.get('/');
    platform.branding = { revision: 5, displayName: 'Acme Two', colors };
    const shown = async (): Promise<string | null> => (await pod.get('/')).headers.get('branding-revision');
    await expect.poll(shown, { timeout: 10_000 }).toBe('5');
  });
});

describe('the platform', () => {
  it('gets a sentence and exit code 1 for an environment that does not fit', async () => {
    const env = { ...(await platform.tenant('incomplete')), ROW_KEY_PREFIX: '' };
    await expect(Pod.start(image, env)).rejects.toThrow(
      /exited with 1.*ROW_KEY_PREFIX must be a row-key prefix/,
    );
  });

  it('reads how many numbers the pod has reserved', async () => {
    await using pod = await Pod.start(image, await platform.tenant('metrics'));
    await numbers(pod, 2);
    const { body } = await pod.get('/metrics');
    expect(body).toMatch(/^counter_numbers_reserved_total \d+$/m);
    expect(body).toContain('http_requests_total{route="/getCounter",method="GET",status="200"} 2');
  });
});
