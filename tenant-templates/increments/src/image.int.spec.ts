import { randomUUID } from 'node:crypto';
import { PlatformUnderTest, Pod, type Answer } from '@leasehold/tenant-kit/testing';
import { chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';

let platform: PlatformUnderTest;
let image: string;

beforeAll(async () => {
  platform = await PlatformUnderTest.start(new URL('..', import.meta.url));
  ({ image } = platform);
});
afterAll(() => platform[Symbol.asyncDispose]());

const start = async (slug: string, parameters: object = {}): Promise<Pod> =>
  Pod.start(image, await platform.tenant(slug, parameters));

const post = (pod: Pod, body: string): Promise<Answer> =>
  pod.get('/increment', { method: 'POST', headers: { 'content-type': 'application/json' }, body });
const increment = (pod: Pod, key: string, value: number | bigint = 1): Promise<Answer> =>
  post(pod, `{"key":"${key}","value":${value}}`);
const totalOf = async (pod: Pod, key: string): Promise<string | undefined> => {
  const { status, body } = await pod.get(`/increments/${key}`);
  return status === 200 ? /"value":(\d+)/.exec(body)?.[1] : undefined;
};
/** The interface's bound on how far a total may be behind. */
const stale = { timeout: 10_000, interval: 100 };

describe('a client', () => {
  it('counts up a key and reads its total within ten seconds', async () => {
    await using pod = await start('first');
    const key = randomUUID();
    expect((await pod.get(`/increments/${key}`)).status).toBe(404);
    const before = Date.now();
    const answer = await post(pod, JSON.stringify({ key: key.toUpperCase(), value: 5 }));
    expect([answer.status, answer.body, answer.headers.get('content-length')]).toEqual([200, '', '0']);
    expect((await increment(pod, key, 7)).status).toBe(200);
    await expect.poll(() => totalOf(pod, key), stale).toBe('12');
    const total = await pod.get(`/increments/${key}`);
    expect(total.headers.get('content-type')).toBe('application/json');
    const { asOf } = z.object({ asOf: z.iso.datetime() }).parse(JSON.parse(total.body));
    expect(total.body).toBe(`{"key":"${key}","value":12,"asOf":"${asOf}"}`);
    expect(Date.parse(asOf)).toBeGreaterThanOrEqual(before);
  });

  it('reads a total of 64 bits exactly; what would take it further is a dead letter of the tenant', async () => {
    await using pod = await start('great');
    const key = randomUUID();
    for (const value of [2n ** 63n - 3n, 1n, 5n, 1n])
      expect((await increment(pod, key, value)).status).toBe(200);
    await expect.poll(() => totalOf(pod, key), stale).toBe('9223372036854775807');
    const bearer = async (...roles: string[]): Promise<RequestInit> => ({
      headers: { authorization: `Bearer ${await platform.token('great', 'ada', roles)}` },
    });
    const admin = await bearer('admin');
    const list = await pod.get('/v1/dead-letters', admin);
    expect(list.body).toBe(
      `{"tooGreat":[{"key":"${key}","value":9223372036854775807,"dead":[{"value":5,"count":1}],"deadRest":{"sum":0,"count":0}}],"unreadable":[]}`,
    );
    const replayed = await pod.get('/v1/dead-letters:replay', { ...admin, method: 'POST' });
    expect([replayed.status, replayed.body]).toEqual([200, '{"applied":0,"requeued":0}']);
    expect((await pod.get('/v1/dead-letters')).status).toBe(401);
    expect(
      (await pod.get('/v1/dead-letters:replay', { ...(await bearer('user')), method: 'POST' })).status,
    ).toBe(403);
  });

  it('is limited by its address, and authenticates when the tenant asks for it', async () => {
    await using pod = await start('limited', { rateLimitPerSecond: 2, auth: 'jwt' });
    const key = randomUUID();
    expect((await increment(pod, key)).status).toBe(401);
    const headers = {
      authorization: `Bearer ${await platform.token('limited', 'ada')}`,
      'x-forwarded-for': '192.0.2.7',
    };
    const send = (): Promise<Answer> =>
      pod.get('/increment', { method: 'POST', headers, body: `{"key":"${key}","value":1}` });
    const answers = await Promise.all(Array.from({ length: 8 }, send));
    const statuses = answers.map(({ status }) => status);
    expect(statuses).toContain(200);
    expect(statuses).toContain(429);
    expect(answers.find(({ status }) => status === 429)?.headers.get('retry-after')).toMatch(/^\d+$/);
  });
});

describe('bad input', () => {
  let pod: Pod;
  beforeAll(async () => {
    pod = await start('bad');
  });
  afterAll(() => pod[Symbol.asyncDispose]());

  const key = '6f1c1d1e-9f0e-4d57-8a3c-0b9a6c1f2e3d';
  const input = 'invalid input';
  const value = "missing or invalid 'value'";
  const noKey = "missing or invalid 'key'";
  it.each([
    ['nothing', '', input],
    ['no JSON', 'key=1', input],
    ['text after the JSON', `{"key":"${key}","value":1} x`, input],
    ['a list', `["${key}",1]`, input],
    ['null', 'null', input],
    ['a number', '7', input],
    ['another field', `{"key":"${key}","value":1,"by":"me"}`, input],
    ['no value', `{"key":"${key}"}`, value],
    ['no field at all, the value being judged first', '{}', value],
    ['a bad value and a bad key', '{"key":"x","value":0}', value],
    ['0', `{"key":"${key}","value":0}`, value],
    ['a negative value', `{"key":"${key}","value":-1}`, value],
    ['a fraction', `{"key":"${key}","value":1.5}`, value],
    ['a whole number written as a fraction', `{"key":"${key}","value":1.0}`, value],
    ['an exponent', `{"key":"${key}","value":1e3}`, value],
    ['text', `{"key":"${key}","value":"1"}`, value],
    ['null as value', `{"key":"${key}","value":null}`, value],
    ['2^63', `{"key":"${key}","value":9223372036854775808}`, value],
    ['2^64-1', `{"key":"${key}","value":18446744073709551615}`, value],
    ['no key', '{"value":1}', noKey],
    ['a key that is none', '{"key":"x","value":1}', noKey],
    ['the nil key', '{"key":"00000000-0000-0000-0000-000000000000","value":1}', noKey],
    ['a key without hyphens', `{"key":"${key.replaceAll('-', '')}","value":1}`, noKey],
    ['a key in braces', `{"key":"{${key}}","value":1}`, noKey],
    ['a number as key', '{"key":1,"value":1}', noKey],
  ])('of %s is 400 with the sentence of the interface', async (_, body, error) => {
    const answer = await post(pod, body);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([400, 'application/json']);
    expect(answer.body).toBe(JSON.stringify({ error }));
  });

  it('counts nothing, and a key that cannot be is none to read', async () => {
    expect((await pod.get(`/increments/${key}`)).status).toBe(404);
    const refused = await pod.get('/increments/x');
    expect([refused.status, refused.body]).toEqual([400, `{"error":"missing or invalid 'key'"}`]);
    expect((await pod.get('/increment')).status).toBe(405);
  });
});

/** Sends increments of 1 until told to stop, and counts how they end. */
class Load {
  accepted = 0;
  refused = 0;
  unanswered = 0;
  private over = false;
  private readonly workers: Promise<void>[];

  constructor(
    private readonly pods: readonly Pod[],
    private readonly key: string,
    connections: number,
  ) {
    this.workers = Array.from({ length: connections }, (_, index) => this.work(index));
  }

  async stop(): Promise<void> {
    this.over = true;
    await Promise.all(this.workers);
  }

  private async work(index: number): Promise<void> {
    for (let turn = index; !this.over; turn++) {
      const pod = this.pods[turn % this.pods.length];
      const answer = pod && (await increment(pod, this.key).catch(() => undefined));
      if (answer === undefined) this.unanswered += 1;
      else if (answer.status === 200) this.accepted += 1;
      else {
        expect([answer.status, answer.headers.get('retry-after')]).toEqual([
          503,
          expect.stringMatching(/^\d+$/),
        ]);
        this.refused += 1;
      }
    }
  }
}

describe('what was accepted', () => {
  it('is in the total once, over kill -9 of replicas and of Bigtable; what got no answer may be', async () => {
    const env = await platform.tenant('killed');
    const pods = await Pod.replicas(image, env, 3);
    try {
      const [one, two, last] = pods;
      if (one === undefined || two === undefined || last === undefined) throw new Error('three replicas');
      const key = randomUUID();
      const load = new Load(pods, key, 30);
      const more = async (count: number): Promise<void> => {
        const before = load.accepted;
        await expect.poll(() => load.accepted, { timeout: 30_000 }).toBeGreaterThan(before + count);
      };
      await more(500);
      await one.stop('SIGKILL');
      await more(500);
      platform.killEmulator();
      await more(500);
      await two.stop('SIGKILL');
      await more(500);
      await load.stop();
      const { accepted, unanswered } = load;
      const total = async (): Promise<number> => Number((await totalOf(last, key)) ?? 0);
      await expect.poll(total, stale).toBeGreaterThanOrEqual(accepted);
      await expect
        .poll(async () => (await last.get('/healthz/ready')).headers.get('leasehold-pending-work'), stale)
        .toBe('0');
      expect(await total()).toBeLessThanOrEqual(accepted + unanswered);
    } finally {
      await Promise.all(pods.map((pod) => pod.stop('SIGKILL')));
    }
  });

  it('is folded before the pod that accepted it ends politely', async () => {
    const env = await platform.tenant('polite');
    const key = randomUUID();
    await using pod = await Pod.start(image, env);
    for (let i = 0; i < 20; i++) expect((await increment(pod, key, 3)).status).toBe(200);
    expect(await pod.stop()).toBe(0);
    await using next = await Pod.start(image, env);
    expect(await totalOf(next, key)).toBe('60');
  });

  it('of a pod that died is in the total within ten seconds', async () => {
    const env = await platform.tenant('dead');
    const key = randomUUID();
    await using pod = await Pod.start(image, env);
    expect((await increment(pod, key, 4)).status).toBe(200);
    await pod.stop('SIGKILL');
    await using next = await Pod.start(image, env);
    await expect.poll(() => totalOf(next, key), stale).toBe('4');
  });
});

describe('without the data gateway', () => {
  it('a client is told to come back, and nothing is counted', async () => {
    await using pod = await start('away');
    const key = randomUUID();
    expect((await increment(pod, key)).status).toBe(200);
    await expect.poll(() => totalOf(pod, key), stale).toBe('1');
    await platform.stopGateway();
    try {
      const refused = await increment(pod, key);
      expect([refused.status, refused.headers.get('retry-after')]).toEqual([
        503,
        expect.stringMatching(/^\d+$/),
      ]);
      expect((await pod.get(`/increments/${key}`)).status).toBe(503);
    } finally {
      await platform.startGateway();
    }
    await expect.poll(async () => (await increment(pod, key)).status, { timeout: 20_000 }).toBe(200);
    await expect.poll(() => totalOf(pod, key), stale).toBe('2');
  });
});

const executablePath = process.env['CHROMIUM_PATH'];

/** `npm test` says in its last lines whether a browser was found. */
describe.runIf(executablePath)('a person with a browser', () => {
  it('counts up a key by a number of 64 bits, and sees its total', async () => {
    await using pod = await start('page');
    await using browser = await chromium.launch({
      executablePath: executablePath ?? '',
      args: ['--no-sandbox'],
    });
    const page = await browser.newPage();
    const complaints: string[] = [];
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.goto(pod.url);
    await page.getByLabel('Key', { exact: true }).fill(randomUUID());
    await page.getByLabel('Value').fill('9007199254740993');
    await page.getByRole('button', { name: 'Count up' }).click();
    await expect
      .poll(() => page.locator('#total').textContent(), { timeout: 11_000 })
      .toBe('9007199254740993');
    expect(complaints).toEqual([]);
  });
});
