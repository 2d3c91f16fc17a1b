import { setTimeout as wait } from 'node:timers/promises';
import { PlatformUnderTest, Pod } from '@leasehold/tenant-kit/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { EventReader } from './testing/event-reader.js';
import { PubSubStandIn } from './testing/pubsub-stand-in.js';

let platform: PlatformUnderTest;
let pubsub: PubSubStandIn;

beforeAll(async () => {
  platform = await PlatformUnderTest.start(new URL('..', import.meta.url));
  pubsub = await PubSubStandIn.start();
});
afterAll(async () => {
  await pubsub[Symbol.asyncDispose]();
  await platform[Symbol.asyncDispose]();
});
beforeEach(() => (pubsub.failure = undefined));

/** The environment of a tenant with topics of its own. */
async function tenant(slug: string): Promise<Record<string, string>> {
  const parameters = {
    pubsubProject: 'test-project',
    pubsubCommandsTopic: `${slug}-commands`,
    pubsubResultsTopic: `${slug}-results`,
  };
  return { ...(await platform.tenant(slug, parameters)), PUBSUB_EMULATOR_HOST: pubsub.address };
}

const add = (pod: Pod, a: number) =>
  pod.get('/v1/calc/add', { method: 'POST', body: JSON.stringify({ a: String(a), b: '0' }) });
const command = async (pod: Pod, a: number): Promise<number> => {
  const body = JSON.stringify({ command: 'add', parameters: { a: String(a), b: '0' } });
  return (await pod.get('/v1/commands', { method: 'POST', body }).catch(() => ({ status: 0 }))).status;
};

/** The messages of both topics, each counted the first time that its id is seen, as a subscriber sees them. */
function received(slug: string) {
  const topics = [pubsub.messages(`${slug}-commands`), pubsub.messages(`${slug}-results`)];
  return topics.map((messages) => {
    const known = new Set<string>();
    return messages.filter(({ attributes: { id = '' } }) => !known.has(id) && known.add(id));
  });
}
const positions = (messages: readonly { attributes: Readonly<Record<string, string>> }[]) =>
  messages.map(({ attributes }) => Number(attributes['position']));

/** Waits until the topics hold the first `count` events of the log, each topic in order, and compares them with the log. */
async function expectPublished(slug: string, pod: Pod, count: number): Promise<void> {
  await expect.poll(() => received(slug).flat().length, { timeout: 60_000 }).toBe(count);
  const [commands = [], results = []] = received(slug);
  for (const topic of [commands, results])
    expect(positions(topic)).toEqual(positions(topic).toSorted((one, other) => one - other));
  await using reader = await EventReader.open(pod);
  const log = await reader.take(count);
  const byPlace = [...commands, ...results].toSorted(
    (one, other) => positions([one])[0]! - positions([other])[0]!,
  );
  expect(byPlace.map(({ data }) => data)).toEqual(log.map(({ data }) => data));
}

describe('a log with topics in Pub/Sub', () => {
  it('tells each event in its topic, ordered by tenant, with its id and its position', async () => {
    await using pod = await Pod.start(platform.image, await tenant('told'));
    for (let a = 0; a < 3; a++) expect((await add(pod, a)).status).toBe(200);
    await expectPublished('told', pod, 6);
    expect(pubsub.messages('told-results')[0]).toEqual({
      data: { type: 'result', command_id: '1', result: { sum: '0' } },
      attributes: {
        id: expect.stringMatching(/^2-[0-9a-f-]{36}$/) as unknown,
        position: '2',
        tenant: 'ten_told',
      },
      orderingKey: 'ten_told',
    });
    const metrics = async () => (await pod.get('/metrics')).body;
    await expect.poll(metrics, { timeout: 10_000 }).toMatch(/^calc_pubsub_unpublished 0$/m);
    expect(await metrics()).toMatch(/^calc_pubsub_published_total 6$/m);
  });

  it('publishes what is in the log once Pub/Sub takes it again, whether it refused or its answers were lost', async () => {
    await using pod = await Pod.start(platform.image, await tenant('failing'));
    let a = 0;
    for (const failure of ['refuse', 'lose-answer'] as const) {
      pubsub.failure = failure;
      const before = pubsub.failed;
      for (let n = 0; n < 5; n++) expect((await add(pod, a++)).status).toBe(200);
      await expect.poll(() => pubsub.failed, { timeout: 30_000 }).toBeGreaterThan(before + 1);
      expect(Number((await pod.get('/healthz/ready')).headers.get('leasehold-pending-work'))).toBeGreaterThan(
        0,
      );
      pubsub.failure = undefined;
      await expectPublished('failing', pod, 2 * a);
    }
    // Those whose answer was lost were told again, under the same ids.
    const told = () => pubsub.messages('failing-commands').length;
    await expect.poll(told, { timeout: 30_000 }).toBeGreaterThan(a);
  });

  it('neither loses nor skips an event over kill -9 of replicas in the middle', async () => {
    const env = await tenant('killed');
    for (let life = 0; life < 2; life++) {
      const pods = await Pod.replicas(platform.image, env, 2);
      const before = received('killed').flat().length;
      const busy = new AbortController();
      const callers = pods.map(async (pod) => {
        for (let a = 0; !busy.signal.aborted && (await command(pod, a)) === 202; a++) await wait(1);
      });
      await expect
        .poll(() => received('killed').flat().length, { timeout: 60_000 })
        .toBeGreaterThan(before + 20);
      await Promise.all(pods.map((pod) => pod.stop('SIGKILL')));
      busy.abort();
      await Promise.all(callers);
    }
    await using pod = await Pod.start(platform.image, env);
    expect((await add(pod, 777)).status).toBe(200);
    await using reader = await EventReader.open(pod);
    const log: string[] = [];
    // Until each command has its result, those of the killed replicas as well.
    const complete = () => log.filter((each) => each.includes('"result"')).length * 2 === log.length;
    while (!(complete() && log.some((each) => each.includes('"sum":"777"'))))
      log.push(...(await reader.take(1)).map(({ data }) => JSON.stringify(data)));
    await expectPublished('killed', pod, log.length);
  }, 120_000);

  it('hands over at once when it is stopped in order, with nothing left untold', async () => {
    const env = await tenant('orderly');
    const pod = await Pod.start(platform.image, env);
    for (let a = 0; a < 20; a++) expect((await add(pod, a)).status).toBe(200);
    await expect.poll(() => received('orderly').flat().length, { timeout: 20_000 }).toBeGreaterThan(0);
    expect(await pod.stop()).toBe(0);
    expect(received('orderly').flat()).toHaveLength(40);
    await using next = await Pod.start(platform.image, env);
    await add(next, 20);
    await expectPublished('orderly', next, 42);
    expect(pubsub.messages('orderly-commands')).toHaveLength(21);
  });
});
