import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import { residentMegabytes } from '../api/latency.js';
import type { Ground } from '../ground/ground.js';
import { killEmulator, Kills } from '../ground/kills.js';
import type { Replica } from '../ground/replica.js';
import { sendLoad } from '../load/send-load.js';
import { judge, showRow } from '../load/show-row.js';
import { connections, increment, parameters } from './increment.js';
import { Staleness } from './staleness.js';

const staleMs = 10_000;
const totalSchema = z.object({ value: z.int() });

/** So many increments of one key, accepted by three replicas of which two are killed, and Bigtable too: the total is what was accepted. */
export async function showKills(ground: Ground, requests: number): Promise<void> {
  const replicas = await Promise.all([1, 2, 3].map(() => ground.replica('increments', parameters)));
  const [first, second, last] = replicas;
  if (first === undefined || second === undefined || last === undefined) throw new Error('Three replicas.');
  const kills = new Kills(requests, [
    { at: 0.25, name: 'a replica', kill: () => first.stop('SIGKILL') },
    { at: 0.5, name: 'Bigtable', kill: () => killEmulator(ground) },
    { at: 0.75, name: 'another replica', kill: () => second.stop('SIGKILL') },
  ]);
  const key = randomUUID();
  const staleness = new Staleness();
  const over = new AbortController();
  const reader = watchTotal(last, key, staleness, over.signal);
  try {
    const ports = replicas.map(({ port }) => port);
    const load = { ports, connections, request: increment(key), requests, again: true };
    const measured = await sendLoad(load, (progress) => {
      staleness.accepted(progress);
      kills.onProgress(progress);
    });
    const accepted = measured.statuses['200'] ?? 0;
    staleness.accepted({ accepted, at: Date.now() });
    // What was accepted must be in the total by then, and of those without an answer all that ever will.
    await wait(staleMs);
    const total = await totalOf(last, key);
    over.abort();
    await reader;
    showRow('increments, 3 replicas, kills', measured, await residentMegabytes(last.pid));
    judge(`all ${requests} were accepted`, accepted === requests);
    judge(
      `the total ${total} is what was accepted, and at most the ${measured.lost} without an answer more`,
      total >= accepted && total <= accepted + measured.lost,
    );
    judge(
      `a reader was ${staleness.worstMs} ms behind at most, under ${staleMs}`,
      staleness.isWithin(staleMs),
    );
    judge('two replicas and Bigtable were killed', await kills.allDone());
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
    staleness.read(await totalOf(replica, key), Date.now());
    await wait(100);
  }
}

/** 0 before the first is folded, and while the replica cannot say. */
async function totalOf({ port }: Replica, key: string): Promise<number> {
  const response = await fetch(`http://127.0.0.1:${port}/increments/${key}`);
  return response.status === 200 ? totalSchema.parse(await response.json()).value : 0;
}
