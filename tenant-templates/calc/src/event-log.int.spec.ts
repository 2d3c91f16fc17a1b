import { PlatformUnderTest, Pod } from '@leasehold/tenant-kit/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CalcClient } from './testing/calc-client.js';
import { openLog, writeEarlier } from './testing/earlier-log.js';
import { EventReader, type ReceivedEvent } from './testing/event-reader.js';

let platform: PlatformUnderTest;

beforeAll(async () => {
  platform = await PlatformUnderTest.start(new URL('..', import.meta.url));
});
afterAll(() => platform[Symbol.asyncDispose]());

const add = (a: number) => JSON.stringify({ a: String(a), b: '0' });
const command = (a: number) => JSON.stringify({ command: 'add', parameters: { a: String(a), b: '0' } });
const post = (pod: Pod, path: string, body: string) => pod.get(path, { method: 'POST', body });

/** A pod loads its Bigtable client with the first question to the log. */
const warm = (pod: Pod) =>
  expect.poll(async () => (await pod.get('/v1/commands/1')).status, { timeout: 30_000 }).toBe(404);

/** Publishes until the pod ends; the ids that were acknowledged. */
async function publishAll(pod: Pod, count: number, from: number): Promise<string[]> {
  const ids: string[] = [];
  for (let a = from; a < from + count; a++) {
    const answer = await post(pod, '/v1/commands', command(a)).catch(() => undefined);
    if (answer === undefined) break;
    if (answer.status === 202) ids.push((JSON.parse(answer.body) as { id: string }).id);
  }
  return ids;
}

/** All events up to the place that a reader of this pod sees last, checked for order, gaps and repeats. */
async function wholeLog(pod: Pod, until: (events: readonly ReceivedEvent[]) => boolean) {
  await using reader = await EventReader.open(pod);
  const events: ReceivedEvent[] = [];
  while (!until(events)) events.push(...(await reader.take(1)));
  expect(events.map(({ id }) => Number(id))).toEqual(events.map((_, index) => index + 1));
  return events;
}

const commandsOf = (events: readonly ReceivedEvent[]) =>
  events.filter(({ event }) => event === 'command').map(({ id }) => id);
const resultsOf = (events: readonly ReceivedEvent[]) =>
  events.filter(({ event }) => event === 'result').map(({ data }) => String(data['command_id']));
const allDone = (ids: readonly string[]) => (events: readonly ReceivedEvent[]) => {
  const done = new Set(resultsOf(events));
  return ids.every((id) => done.has(id)) && done.size === commandsOf(events).length && done.size > 0;
};

describe('the log of three replicas', () => {
  it('is one log: the same for every reader, without gap or repeat, each command with one result', async () => {
    const env = await platform.tenant('three');
    const pods = await Pod.replicas(platform.image, env, 3);
    try {
      await Promise.all(pods.map((pod) => warm(pod)));
      const work = pods.flatMap((pod, index) => [
        publishAll(pod, 30, index * 1000),
        ...Array.from({ length: 30 }, (_, n) => post(pod, '/v1/calc/add', add(n)).then(() => [] as string[])),
      ]);
      const ids = (await Promise.all(work)).flat();
      expect(ids).toHaveLength(90);
      const complete = (events: readonly ReceivedEvent[]) => events.length === 2 * 180;
      const logs = await Promise.all(pods.map((pod) => wholeLog(pod, complete)));
      const [log = []] = logs;
      for (const other of logs) expect(other).toEqual(log);
      expect([...resultsOf(log)].sort()).toEqual([...commandsOf(log)].sort());
      for (const id of ids) expect(commandsOf(log)).toContain(id);
    } finally {
      await Promise.all(pods.map((pod) => pod.stop('SIGKILL')));
    }
  });

  it('keeps every acknowledged command, and executes it once, over kill -9 of replicas and of Bigtable', async () => {
    const env = await platform.tenant('killed');
    const ids: string[] = [];
    for (let life = 0; life < 2; life++) {
      const [one, other] = (await Pod.replicas(platform.image, env, 2)) as [Pod, Pod];
      const work = [publishAll(one, 400, 0), publishAll(other, 400, 1000)];
      await expect
        .poll(async () => (await other.get('/metrics')).body, { timeout: 20_000, interval: 20 })
        .toMatch(/^calc_events_written_total [1-9]\d+$/m);
      platform.killEmulator();
      await one.stop('SIGKILL');
      ids.push(...((await work[0]) ?? []));
      await other.stop('SIGKILL');
      ids.push(...((await work[1]) ?? []));
    }
    expect(ids.length).toBeGreaterThan(0);
    // A replica that starts takes up what the others have left.
    await using pod = await Pod.start(platform.image, env);
    const log = await wholeLog(pod, allDone(ids));
    expect(new Set(commandsOf(log)).size).toBe(commandsOf(log).length);
    expect([...resultsOf(log)].sort()).toEqual([...commandsOf(log)].sort());
  });
});

describe('without the data gateway', () => {
  it('calculations are answered, commands are not accepted, and all is in the log after', async () => {
    const env = await platform.tenant('away');
    await using pod = await Pod.start(platform.image, env);
    expect((await post(pod, '/v1/commands', command(1))).status).toBe(202);
    await platform.stopGateway();
    try {
      expect((await post(pod, '/v1/calc/add', add(2))).status).toBe(200);
      const refused = await post(pod, '/v1/commands', command(3));
      expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '1']);
      expect((await pod.get('/v1/events?after=latest')).status).toBe(503);
      expect((await pod.get('/healthz/ready')).headers.get('leasehold-pending-work')).not.toBe('0');
    } finally {
      await platform.startGateway();
    }
    const values = (events: readonly ReceivedEvent[]) =>
      events.flatMap(({ event, data }) => (event === 'command' ? [data['parameters']] : []));
    const both = (events: readonly ReceivedEvent[]) => resultsOf(events).length >= 2;
    expect(values(await wholeLog(pod, both)).slice(0, 2)).toEqual([
      { a: '1', b: '0' },
      { a: '2', b: '0' },
    ]);
  });

  it('answered calls beyond the queue are lost, and counted', async () => {
    const env = await platform.tenant('narrow', { maxQueuedEvents: 4 });
    await platform.stopGateway();
    try {
      await using pod = await Pod.start(platform.image, env);
      for (let n = 0; n < 5; n++) expect((await post(pod, '/v1/calc/add', add(n))).status).toBe(200);
      expect((await pod.get('/metrics')).body).toMatch(/^calc_events_lost_total 6$/m);
    } finally {
      await platform.startGateway();
    }
  });
});

describe('a replica that is stopped', () => {
  it('writes what it holds, and the next one goes on from its checkpoint', async () => {
    const env = await platform.tenant('orderly');
    for (let life = 0; life < 3; life++) {
      await using pod = await Pod.start(platform.image, env);
      await Promise.all(Array.from({ length: 20 }, (_, n) => post(pod, '/v1/calc/add', add(n))));
      expect(await pod.stop()).toBe(0);
    }
    await using pod = await Pod.start(platform.image, env);
    expect(await wholeLog(pod, (events) => events.length === 120)).toHaveLength(120);
    await using reader = await EventReader.open(pod, '?after=57&topic=results');
    expect((await reader.take(1))[0]?.id).toBe('58');
  });
});

describe('a log that is not kept for ever', () => {
  it('loses what is too old, says so to those who ask for it, and goes on', async () => {
    const env = await platform.tenant('trimmed', { eventsKeptDays: 1 });
    const other = openLog(env);
    await writeEarlier(env, 5);
    expect(await other.log.bounds()).toEqual({ oldest: 1, last: 10 });
    await writeEarlier(env, 5);
    await using pod = await Pod.start(platform.image, { ...env, GRPC_PORT: '0' });
    expect((await post(pod, '/v1/calc/add', add(1))).status).toBe(200);
    const trimmed = async () => (await pod.get('/metrics')).body;
    await expect.poll(trimmed, { timeout: 20_000 }).toMatch(/^calc_events_trimmed_total [1-9]/m);
    const start = async () => JSON.parse((await pod.get('/v1/events')).body) as { oldest: string };
    await expect.poll(async () => (await other.log.bounds()).oldest, { timeout: 20_000 }).toBeGreaterThan(18);
    const { oldest } = await start();
    const gone = { type: 'about:blank', status: 410, code: 'TRIMMED', oldest };
    for (const path of ['/v1/events', '/v1/events?after=3&topic=results', '/v1/commands/3']) {
      const answer = await pod.get(path);
      expect([answer.status, answer.headers.get('content-type')]).toEqual([410, 'application/problem+json']);
      expect(JSON.parse(answer.body)).toMatchObject(gone);
    }
    using client = CalcClient.open(`127.0.0.1:${pod.grpcPort}`, 'CalcEvents');
    const details = `The log is kept from ${oldest} on; read it after ${Number(oldest) - 1}.`;
    await expect(client.take('Subscribe', { after: '3' }, 1)).rejects.toMatchObject({ code: 11, details });
    // The replica that had read to the tenth event goes on behind what is no longer there.
    expect((await other.log.bounds()).last).toBe(22);
    await other.close();
    await using reader = await EventReader.open(pod, '?after=oldest');
    const kept = await reader.take(23 - Number(oldest));
    expect([kept[0]?.id, kept.at(-1)?.id]).toEqual([oldest, '22']);
    await using next = await Pod.start(platform.image, env);
    const accepted = await post(next, '/v1/commands', command(1));
    expect([accepted.status, accepted.body]).toEqual([202, '{"id":"23"}']);
  });

  it('keeps what is not published', async () => {
    const env = await platform.tenant('unpublished');
    await writeEarlier(env, 5);
    const retention = { events: 0, ms: undefined };
    const { log, close } = openLog(env, { retention, publishedThrough: () => Promise.resolve(5) });
    log.start();
    await expect.poll(() => log.trimmed, { timeout: 20_000 }).toBe(5);
    expect(await log.bounds()).toEqual({ oldest: 6, last: 10 });
    await close();
  });
});

describe('another tenant', () => {
  it('has a log of its own', async () => {
    await using acme = await Pod.start(platform.image, await platform.tenant('acme'));
    await using globex = await Pod.start(platform.image, await platform.tenant('globex'));
    await post(acme, '/v1/calc/add', add(1));
    await post(globex, '/v1/calc/add', add(2));
    const log = await wholeLog(globex, (events) => events.length === 2);
    expect(log[0]?.data).toEqual({
      type: 'command',
      id: '1',
      command: 'add',
      parameters: { a: '2', b: '0' },
    });
  });
});
