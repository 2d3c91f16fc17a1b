/** `npm run integers -w @leasehold/bench [-- 10000]`: the next integers of one user from 100 connections over two replicas: exactly 1 to as many. */
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { residentMegabytes } from '../api/latency.js';
import { prepareGround } from '../ground/ground.js';
import { sendLoad } from '../load/send-load.js';
import { judge, showRow } from '../load/show-row.js';

const requests = Number(process.argv[2] ?? 10_000);
const connections = 100;
const numberSchema = z.object({ value: z.int() });
const registered = z.object({ apiKey: z.string() });

const ground = await prepareGround();
try {
  const replicas = await Promise.all([1, 2].map(() => ground.replica('integers')));
  try {
    const ports = replicas.map(({ port }) => port);
    const request = `GET /v1/next HTTP/1.1\r\nhost: integers\r\nauthorization: Bearer ${await newUser(ports[0] ?? 0)}\r\n\r\n`;
    const measured = await sendLoad({ ports, connections, request, requests, keepBodies: true });
    showRow('integers, 2 replicas, one user', measured, await residentMegabytes(replicas[0]?.pid ?? 0));
    const got = measured.bodies.map(numberOf).sort((one, other) => one - other);
    const exact = got.length === requests && got.every((value, index) => value === index + 1);
    judge(`the numbers are exactly 1 to ${requests}`, exact);
  } finally {
    await Promise.all(replicas.map((replica) => replica.stop()));
  }
} finally {
  await ground.remove();
}

/** The key of a user who has just registered. */
async function newUser(port: number): Promise<string> {
  const response = await fetch(`http://127.0.0.1:${port}/v1/register`, {
    method: 'POST',
    body: JSON.stringify({ email: `${randomUUID()}@example.com`, password: 'correct horse' }),
  });
  return registered.parse(await response.json()).apiKey;
}

/** NaN for an answer that is no number. */
function numberOf(body: string): number {
  const parsed = numberSchema.safeParse(JSON.parse(body));
  return parsed.success ? parsed.data.value : Number.NaN;
}
