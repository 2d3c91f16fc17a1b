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

const start = async (slug: string): Promise<Pod> => Pod.start(image, await platform.tenant(slug));

const json = { 'content-type': 'application/json' };
const post = (pod: Pod, body: string): Promise<Answer> =>
  pod.get('/v1/register', { method: 'POST', headers: json, body });

async function register(pod: Pod, email = 'ada@example.com'): Promise<Record<string, string>> {
  const answer = await post(pod, JSON.stringify({ email, password: 'correct horse' }));
  if (answer.status !== 201) throw new Error(`answered ${answer.status}: ${answer.body}`);
  const { apiKey } = z.strictObject({ apiKey: z.string() }).parse(JSON.parse(answer.body));
  return { authorization: `Bearer ${apiKey}` };
}

const next = (pod: Pod, headers: Record<string, string>): Promise<Answer> => pod.get('/v1/next', { headers });
const valueOf = ({ body }: Answer): number =>
  z.strictObject({ value: z.int() }).parse(JSON.parse(body)).value;

describe('a user', () => {
  it('registers once, gets a key, and counts from 1', async () => {
    await using pod = await start('first');
    const answer = await post(pod, '{"email":"Ada@Example.com","password":"x"}');
    expect([answer.status, answer.headers.get('content-type')]).toEqual([201, 'application/json']);
    expect(answer.body).toMatch(/^\{"apiKey":"ik_[\w-]{43}"\}$/);
    const again = await post(pod, '{"email":"ada@example.com","password":"y"}');
    expect(again.status).toBe(409);
    const headers = { authorization: `Bearer ${answer.body.slice(11, -2)}` };
    expect((await pod.get('/v1/current', { headers })).body).toBe('{"value":0}');
    for (const body of ['{"value":1}', '{"value":2}', '{"value":3}']) {
      const number = await next(pod, headers);
      expect([number.status, number.headers.get('content-type'), number.body]).toEqual([
        200,
        'application/json',
        body,
      ]);
    }
    expect((await pod.get('/v1/current', { headers })).body).toBe('{"value":3}');
  });

  it('sets the current value, as a form or as JSON, up to 2^53-1', async () => {
    await using pod = await start('set');
    const headers = await register(pod);
    const put = (body: string, type = 'application/x-www-form-urlencoded'): Promise<Answer> =>
      pod.get('/v1/current', { method: 'PUT', headers: { ...headers, 'content-type': type }, body });
    expect((await put('current=41')).body).toBe('{"value":41}');
    expect(valueOf(await next(pod, headers))).toBe(42);
    expect((await put('{"current": 0}', 'application/json; charset=utf-8')).body).toBe('{"value":0}');
    expect(valueOf(await next(pod, headers))).toBe(1);
    expect((await put('current=9007199254740990')).status).toBe(200);
    expect(valueOf(await next(pod, headers))).toBe(Number.MAX_SAFE_INTEGER);
    expect((await next(pod, headers)).status).toBe(400);
    expect((await pod.get('/v1/current', { headers })).body).toBe('{"value":9007199254740991}');
  });

  it('has a sequence of its own', async () => {
    await using pod = await start('own');
    const [ada, bob] = [await register(pod, 'ada@example.com'), await register(pod, 'bob@example.com')];
    expect([
      valueOf(await next(pod, ada)),
      valueOf(await next(pod, ada)),
      valueOf(await next(pod, bob)),
    ]).toEqual([1, 2, 1]);
  });
});

describe('bad input', () => {
  let pod: Pod;
  let headers: Record<string, string>;
  beforeAll(async () => {
    pod = await start('bad');
    headers = await register(pod, 'somebody@example.com');
  });
  afterAll(() => pod[Symbol.asyncDispose]());

  it.each([
    ['no JSON', 'email=a@example.com'],
    ['nothing', ''],
    ['no password', '{"email":"a@example.com"}'],
    ['an empty password', '{"email":"a@example.com","password":""}'],
    ['a password that is no text', '{"email":"a@example.com","password":1}'],
    ['a password of over 1,024 bytes', `{"email":"a@example.com","password":"${'x'.repeat(1_025)}"}`],
    ['another field', '{"email":"a@example.com","password":"x","admin":true}'],
    ['no email', '{"password":"x"}'],
    ['an email without a domain', '{"email":"a","password":"x"}'],
    ['an email with two @', '{"email":"a@b@example.com","password":"x"}'],
    ['an email with a line break', '{"email":"a@example.com\\nb","password":"x"}'],
    ['an email that is too long', `{"email":"${'a'.repeat(250)}@example.com","password":"x"}`],
  ])('to register with %s is 400', async (_, body) => {
    expect((await post(pod, body)).status).toBe(400);
  });

  it.each([
    ['nothing', '', undefined],
    ['a negative number', 'current=-1', undefined],
    ['a fraction', 'current=1.5', undefined],
    ['a word', 'current=many', undefined],
    ['2^53', 'current=9007199254740992', undefined],
    ['a number that JSON rounds', '{"current":9007199254740993}', 'application/json'],
    ['two values', 'current=1&current=2', undefined],
    ['another field', 'current=1&value=2', undefined],
    ['text in JSON', '{"current":"5"}', 'application/json'],
    ['broken JSON', '{"current":', 'application/json'],
    ['a JSON list', '[5]', 'application/json'],
  ])('to set %s is 400, and nothing is set', async (_, body, type) => {
    const given = { ...headers, 'content-type': type ?? 'application/x-www-form-urlencoded' };
    expect((await pod.get('/v1/current', { method: 'PUT', headers: given, body })).status).toBe(400);
    expect((await pod.get('/v1/current', { headers })).body).toBe('{"value":0}');
  });

  it.each([
    ['no key', {}],
    ['an unknown key', { authorization: `Bearer ik_${'A'.repeat(43)}` }],
    ['a key of another form', { authorization: 'Bearer 1' }],
    ['another scheme', { authorization: 'Basic YTpi' }],
  ])('%s is 401 on every route that needs one', async (_, given) => {
    for (const [method, path] of [
      ['GET', '/v1/next'],
      ['HEAD', '/v1/next'],
      ['GET', '/v1/current'],
      ['PUT', '/v1/current'],
    ] as const) {
      const answer = await pod.get(path, {
        method,
        headers: given,
        ...(method === 'PUT' ? { body: 'current=1' } : {}),
      });
      expect([answer.status, answer.headers.get('www-authenticate')]).toEqual([
        401,
        'Bearer realm="integers"',
      ]);
    }
  });

  it('takes no number with HEAD or another method', async () => {
    expect((await pod.get('/v1/next', { method: 'HEAD', headers })).status).toBe(200);
    expect((await pod.get('/v1/next', { method: 'POST', headers })).status).toBe(405);
    expect((await pod.get('/v1/current', { headers })).body).toBe('{"value":0}');
  });
});

describe('many at once', () => {
  it('get each number once and without a gap: 3,000 from 100 connections on three replicas', async () => {
    const pods = await Pod.replicas(image, await platform.tenant('many'), 3);
    try {
      const [first] = pods;
      if (first === undefined) throw new Error('no replica');
      const headers = await register(first);
      const worker = async (index: number): Promise<number[]> => {
        const mine: number[] = [];
        for (let i = 0; i < 30; i++)
          mine.push(valueOf(await next(pods[index % pods.length] ?? first, headers)));
        return mine;
      };
      const taken = await Promise.all(Array.from({ length: 100 }, (_, index) => worker(index)));
      for (const mine of taken) expect(mine).toEqual([...mine].sort((a, b) => a - b));
      expect(taken.flat().sort((a, b) => a - b)).toEqual(Array.from({ length: 3_000 }, (_, i) => i + 1));
    } finally {
      await Promise.all(pods.map((pod) => pod.stop('SIGKILL')));
    }
  });

  it('register one address once, over two replicas', async () => {
    const pods = await Pod.replicas(image, await platform.tenant('race'), 2);
    try {
      const body = JSON.stringify({ email: 'race@example.com', password: 'x' });
      const asked = pods.flatMap((pod) => Array.from({ length: 4 }, () => post(pod, body)));
      const answers = await Promise.all(asked);
      const statuses = answers.map(({ status }) => status).sort();
      expect(statuses).toEqual([201, 409, 409, 409, 409, 409, 409, 409]);
    } finally {
      await Promise.all(pods.map((pod) => pod.stop('SIGKILL')));
    }
  });
});

describe('a tenant of a small plan', () => {
  it('is told to come later beyond its share, while its neighbour is served, until it has a larger plan', async () => {
    const roomy = { callsPerSecond: 1000, bytesPerSecond: 1024 * 1024, weight: 1 };
    await platform.setShare('small', roomy);
    await using small = await start('small');
    await using neighbour = await start('neighbour');
    const [headers, theirs] = [await register(small), await register(neighbour)];
    const taken: number[] = [];
    const take = async (): Promise<number> => {
      const answer = await next(small, headers);
      if (answer.status === 200) taken.push(valueOf(answer));
      else expect(answer.headers.get('retry-after')).toMatch(/^\d+$/);
      return answer.status;
    };
    expect(await take()).toBe(200);
    await platform.setShare('small', { ...roomy, bytesPerSecond: 1 });
    await expect.poll(take, { timeout: 10_000, interval: 10 }).toBe(503);
    expect((await next(neighbour, theirs)).status).toBe(200);
    await platform.setShare('small', roomy);
    await expect.poll(take, { timeout: 10_000, interval: 10 }).toBe(200);
    expect(taken).toEqual(taken.map((_, index) => index + 1));
  });
});

describe('when Bigtable dies', () => {
  it('no number is given twice and no acknowledged one is forgotten', async () => {
    await using pod = await start('killed');
    const headers = await register(pod);
    const got: number[] = [];
    let cut = 0;
    let over = false;
    const worker = async (): Promise<void> => {
      while (!over) {
        const answer = await next(pod, headers).catch(() => undefined);
        if (answer?.status === 200) got.push(valueOf(answer));
        else if (answer === undefined) cut += 1;
        else
          expect([answer.status, answer.headers.get('retry-after')]).toEqual([
            503,
            expect.stringMatching(/^\d+$/),
          ]);
      }
    };
    const workers = Array.from({ length: 10 }, worker);
    for (const more of [200, 200]) {
      const before = got.length;
      await expect.poll(() => got.length, { timeout: 30_000 }).toBeGreaterThan(before + more);
      platform.killEmulator();
    }
    const before = got.length;
    await expect.poll(() => got.length, { timeout: 30_000 }).toBeGreaterThan(before + 200);
    over = true;
    await Promise.all(workers);
    expect(new Set(got).size).toBe(got.length);
    // What was taken by a request that got no answer is the only gap.
    expect(Math.max(...got) - got.length).toBeLessThanOrEqual(cut);
    expect(valueOf(await next(pod, headers))).toBeGreaterThan(Math.max(...got));
  });
});

const executablePath = process.env['CHROMIUM_PATH'];

/** `npm test` says in its last lines whether a browser was found. */
describe.runIf(executablePath)('a person with a browser', () => {
  it('registers, sees the key, takes two integers and goes on from another', async () => {
    await using pod = await start('page');
    await using browser = await chromium.launch({
      executablePath: executablePath ?? '',
      args: ['--no-sandbox'],
    });
    const page = await browser.newPage();
    const complaints: string[] = [];
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
    await page.goto(pod.url);
    await page.getByLabel('E-mail').fill('ada@example.com');
    await page.getByLabel('Password').fill('correct horse');
    await page.getByRole('button', { name: 'Get an API key' }).click();
    const value = page.locator('#value');
    await expect.poll(() => value.textContent(), { timeout: 10_000 }).toBe('0');
    expect(await page.getByLabel('API key').inputValue()).toMatch(/^ik_/);
    for (const number of ['1', '2']) {
      await page.getByRole('button', { name: 'Take the next integer' }).click();
      await expect.poll(() => value.textContent()).toBe(number);
    }
    await page.getByLabel('Go on from').fill('40');
    await page.getByRole('button', { name: 'Set' }).click();
    await expect.poll(() => value.textContent()).toBe('40');
    expect(complaints).toEqual([]);
  });
});
