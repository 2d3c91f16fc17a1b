/**
 * `npm run increments -w @leasehold/bench`: durable increments of one key from 500 connections through the real gateway, beside a plain server with
 * a Map; the same with kill -9 of replicas and of Bigtable in the middle, where the total must be what was accepted; and a sequence of integers.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { forkService } from '@leasehold/processes';
import { z } from 'zod';
import { residentMegabytes } from '../api/latency.js';
import { childrenOf, cpuSeconds } from '../ground/cpu-time.js';
import { prepareGround, type Ground } from '../ground/ground.js';
import type { Replica } from '../ground/replica.js';
import type { LoadResult } from '../load/load-messages.js';
import { sendLoad } from '../load/send-load.js';
import { Staleness } from './staleness.js';

const goal = 5_000;
const requests = Number(process.argv[2] ?? 100_000);
const numbers = Number(process.argv[3] ?? 10_000);
const connections = 500;
const parameters = { rateLimitPerSecond: 1_000_000 };

const totalSchema = z.object({ value: z.int() });
const numberSchema = z.object({ value: z.int() });
const registered = z.object({ apiKey: z.string() });

function increment(key: string): string {
  const body = `{"key":"${key}","value":1}`;
  return `POST /increment HTTP/1.1\r\nhost: increments\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
}

function row(name: string, { perSecond, p50, p99, statuses, lost }: LoadResult, memory: number): void {
  const cells = [
    name.padEnd(36),
    `${Math.round(perSecond)}/s`.padStart(9),
    `p50 ${p50.toFixed(1)} ms`.padStart(14),
    `p99 ${p99.toFixed(1)} ms`.padStart(14),
    `${Math.round(memory)} MB`.padStart(8),
    `${JSON.stringify(statuses)}, ${lost} without an answer`,
  ];
  console.log(cells.join('  '));
}

async function measurePlain(): Promise<void> {
  const facts = z.looseObject({ port: z.int() });
  const plain = await forkService({
    entry: fileURLToPath(new URL('./plain-increments.main.js', import.meta.url)),
    parseFacts: (given) => facts.parse(given),
  });
  try {
    const load = { ports: [plain.facts.port], connections, request: increment(randomUUID()), requests };
    row('a Map in a bare server, forgetful', await sendLoad(load), await residentMegabytes(plain.pid));
  } finally {
    await plain.stop();
  }
}

async function measureAccepted(ground: Ground): Promise<boolean> {
  const replica = await ground.replica('increments', parameters);
  try {
    const load = { ports: [replica.port], connections, request: increment(randomUUID()) };
    await sendLoad({ ...load, requests: Math.ceil(requests / 10) });
    const pids = [replica.pid, ground.gatewayPid];
    const before = await Promise.all(pids.map(cpuSeconds));
    const measured = await sendLoad({ ...load, requests });
    const after = await Promise.all(pids.map(cpuSeconds));
    row('increments, 1 replica, durable', measured, await residentMegabytes(replica.pid));
    const each = after.map((seconds, index) =>
      Math.round(((seconds - (before[index] ?? 0)) / requests) * 1e6),
    );
    console.log(
      `  processor time an increment: ${each.join(' + ')} microseconds (replica + gateway with emulator)`,
    );
    console.log(`  goal ${goal}/s on one replica: ${measured.perSecond >= goal ? 'met' : 'missed'}`);
    return (measured.statuses['200'] ?? 0) === requests;
  } finally {
    await replica.stop();
  }
}

async function totalOf(replicas: readonly Replica[], key: string): Promise<number> {
  for (const { port } of replicas) {
    const response = await fetch(`http://127.0.0.1:${port}/increments/${key}`).catch(() => undefined);
    if (response?.status === 200) return totalSchema.parse(await response.json()).value;
  }
  return 0;
}

async function measureKills(ground: Ground): Promise<boolean> {
  const replicas = await Promise.all([1, 2, 3].map(() => ground.replica('increments', parameters)));
  const [first, second, last] = replicas;
  if (first === undefined || second === undefined || last === undefined) throw new Error('Three replicas.');
  const kills = [
    { at: 0.25, name: 'a replica', kill: () => first.stop('SIGKILL') },
    { at: 0.5, name: 'Bigtable', kill: () => killEmulator(ground) },
    { at: 0.75, name: 'another replica', kill: () => second.stop('SIGKILL') },
  ];
  const key = randomUUID();
  const staleness = new Staleness();
  const over = new AbortController();
  const reader = watchTotal(last, key, staleness, over.signal);
  try {
    const load = { ports: replicas.map(({ port }) => port), connections, request: increment(key), requests };
    const measured = await sendLoad(load, (progress) => {
      staleness.accepted(progress);
      if (progress.accepted < requests * (kills[0]?.at ?? Infinity)) return;
      const next = kills.shift();
      console.log(`  kill -9 of ${next?.name ?? ''} after ${progress.accepted}`);
      next?.kill().catch((error: unknown) => console.error(error));
    });
    const accepted = measured.statuses['200'] ?? 0;
    staleness.accepted({ accepted, at: Date.now() });
    const deadline = Date.now() + 10_000;
    while (Date.now() < deadline && (await totalOf([last], key)) < accepted) await wait(100);
    // Of those without an answer too, the last may be folded now.
    await wait(3_000);
    const total = await totalOf([last], key);
    const exact = total >= accepted && total <= accepted + measured.lost;
    row('increments, 3 replicas, kills', measured, await residentMegabytes(last.pid));
    console.log(
      `  total ${total}, accepted ${accepted}, without an answer ${measured.lost}: ${exact ? 'exact' : 'WRONG'}`,
    );
    over.abort();
    await reader;
    console.log(`  a reader was at most ${Math.round(staleness.worstMs)} ms behind`);
    return exact && staleness.worstMs < 10_000;
  } finally {
    over.abort();
    await reader;
    await last.stop();
  }
}

async function watchTotal(
  replica: Replica,
  key: string,
  staleness: Staleness,
  over: AbortSignal,
): Promise<void> {
  while (!over.aborted) {
    staleness.read(await totalOf([replica], key), Date.now());
    await wait(100);
  }
}

async function killEmulator(ground: Ground): Promise<void> {
  for (const pid of await childrenOf(ground.gatewayPid)) process.kill(-pid, 'SIGKILL');
}

async function measureIntegers(ground: Ground): Promise<boolean> {
  const replicas = await Promise.all([1, 2].map(() => ground.replica('integers')));
  try {
    const ports = replicas.map(({ port }) => port);
    const response = await fetch(`http://127.0.0.1:${ports[0] ?? 0}/v1/register`, {
      method: 'POST',
      body: JSON.stringify({ email: `${randomUUID()}@example.com`, password: 'correct horse' }),
    });
    const { apiKey } = registered.parse(await response.json());
    const request = `GET /v1/next HTTP/1.1\r\nhost: integers\r\nauthorization: Bearer ${apiKey}\r\n\r\n`;
    const measured = await sendLoad({
      ports,
      connections: 100,
      request,
      requests: numbers,
      keepBodies: true,
    });
    row('integers, 2 replicas, one user', measured, await residentMegabytes(replicas[0]?.pid ?? 0));
    const got = measured.bodies
      .map((body) => numberSchema.parse(JSON.parse(body)).value)
      .sort((a, b) => a - b);
    const exact = got.length === numbers && got.every((value, index) => value === index + 1);
    console.log(`  the numbers are ${exact ? 'exactly' : 'NOT'} 1 to ${numbers}`);
    return exact;
  } finally {
    await Promise.all(replicas.map((replica) => replica.stop()));
  }
}

const ground = await prepareGround();
try {
  await measurePlain();
  const whole = [await measureAccepted(ground), await measureKills(ground), await measureIntegers(ground)];
  if (whole.includes(false)) process.exitCode = 1;
} finally {
  await ground.remove();
}
