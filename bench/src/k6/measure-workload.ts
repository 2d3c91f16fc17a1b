import { residentMegabytes } from '../api/latency.js';
import type { Ground } from '../ground/ground.js';
import type { Replica } from '../ground/replica.js';
import { withPlainServer } from '../workloads/plain.js';
import type { Measured, Numbers } from './numbers.js';
import { runScript } from './run-script.js';
import type { Workload } from './workloads.js';

const warmUpSeconds = 3;
const calibrationSeconds = 5;

export interface Load {
  readonly k6: string;
  readonly users: number;
  readonly seconds: number;
}

/** A script against a pod of its template; before and after it, the same number of users ask a bare server. */
export async function measureWorkload(
  ground: Ground,
  workload: Workload,
  load: Load,
): Promise<{ measured: Measured; faults: readonly string[] }> {
  const before = await calibrate(load);
  const { numbers, faults } = await measurePod(ground, workload, load);
  const calibration = (before + (await calibrate(load))) / 2;
  return { measured: { calibration, numbers }, faults };
}

async function measurePod(
  ground: Ground,
  workload: Workload,
  load: Load,
): Promise<{ numbers: Numbers; faults: readonly string[] }> {
  const replica = await ground.replica(workload.template, workload.parameters);
  try {
    await send(ground, workload, replica, { ...load, seconds: warmUpSeconds }, true);
    const { requests, faults, ...times } = await send(ground, workload, replica, load, false);
    const perSecond = requests / load.seconds;
    const memory = await residentMegabytes(replica.pid);
    return { numbers: { perSecond, ...times, memory }, faults };
  } finally {
    await replica.stop();
  }
}

function send(
  ground: Ground,
  { script, settings }: Workload,
  replica: Replica,
  load: Load,
  warmUp: boolean,
): ReturnType<typeof runScript> {
  const told = { BASE_URL: `http://127.0.0.1:${replica.port}`, ...settings?.(ground, replica) };
  return runScript({ ...load, script, settings: told, warmUp });
}

/** Requests a second of a bare server: the speed of this machine, the load generator's part in it included. */
async function calibrate({ k6, users }: Load): Promise<number> {
  return withPlainServer('plain-server.main.js', ['bare'], async ({ port }) => {
    const load = { k6, users, script: 'calibration', settings: { BASE_URL: `http://127.0.0.1:${port}` } };
    await runScript({ ...load, seconds: warmUpSeconds, warmUp: true });
    const { requests } = await runScript({ ...load, seconds: calibrationSeconds });
    return requests / calibrationSeconds;
  });
}
