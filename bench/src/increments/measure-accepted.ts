import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { forkService } from '@leasehold/processes';
import { z } from 'zod';
import { residentMegabytes } from '../api/latency.js';
import { cpuSeconds } from '../ground/cpu-time.js';
import type { Ground } from '../ground/ground.js';
import { sendLoad } from '../load/send-load.js';
import { judge, showRow } from '../load/show-row.js';
import { connections, increment, parameters } from './increment.js';

/** Durable increments a second. */
const goal = 5_000;

export async function measurePlain(requests: number): Promise<void> {
  const facts = z.looseObject({ port: z.int() });
  const plain = await forkService({
    entry: fileURLToPath(new URL('./plain-increments.main.js', import.meta.url)),
    parseFacts: (given) => facts.parse(given),
  });
  try {
    const load = { ports: [plain.facts.port], connections, request: increment(randomUUID()), requests };
    showRow('a Map in a bare server, forgetful', await sendLoad(load), await residentMegabytes(plain.pid));
  } finally {
    await plain.stop();
  }
}

/** Increments of one key by one replica, and what they cost in processor time. */
export async function measureAccepted(ground: Ground, requests: number): Promise<void> {
  const replica = await ground.replica('increments', parameters);
  try {
    const load = { ports: [replica.port], connections, request: increment(randomUUID()) };
    await sendLoad({ ...load, requests: Math.ceil(requests / 10) });
    const pids = [replica.pid, ground.gatewayPid];
    const before = await Promise.all(pids.map(cpuSeconds));
    const measured = await sendLoad({ ...load, requests });
    const after = await Promise.all(pids.map(cpuSeconds));
    showRow('increments, 1 replica, durable', measured, await residentMegabytes(replica.pid));
    const each = after.map((seconds, index) =>
      Math.round(((seconds - (before[index] ?? 0)) / requests) * 1e6),
    );
    console.log(
      `  processor time an increment: ${each.join(' + ')} microseconds (replica + gateway with emulator)`,
    );
    judge(`all ${requests} were accepted`, measured.statuses['200'] === requests);
    judge(`over ${goal}/s on one replica`, measured.perSecond > goal);
  } finally {
    await replica.stop();
  }
}
