import type { Ground } from '../ground/ground.js';
import { childrenOf } from '../ground/cpu-time.js';
import type { LoadResult } from '../load/load-messages.js';
import { sendLoad } from '../load/send-load.js';

const request = 'GET /getCounter HTTP/1.1\r\nhost: counter\r\n\r\n';
const connections = 200;

export interface CounterShow {
  readonly result: LoadResult;
  readonly repeats: number;
}

/** So many numbers from three replicas, with kill -9 of one of them and of Bigtable in the middle. */
export async function showCounter(ground: Ground, numbers: number): Promise<CounterShow> {
  const replicas = await Promise.all([1, 2, 3].map(() => ground.replica('counter')));
  const [victim] = replicas;
  if (victim === undefined) throw new Error('Three replicas.');
  const kills = [
    { at: 0.3, name: 'a replica', kill: () => victim.stop('SIGKILL') },
    { at: 0.6, name: 'Bigtable', kill: () => killEmulator(ground) },
  ];
  try {
    const ports = replicas.map(({ port }) => port);
    const load = { ports, connections, request, requests: numbers, keepBodies: true };
    const result = await sendLoad(load, ({ accepted }) => {
      if (accepted < numbers * (kills[0]?.at ?? Infinity)) return;
      const next = kills.shift();
      console.log(`  kill -9 of ${next?.name ?? ''} after ${accepted}`);
      void next?.kill();
    });
    const got = result.bodies.filter((body) => /^\d+$/.test(body));
    return { result, repeats: got.length - new Set(got).size };
  } finally {
    await Promise.all(replicas.slice(1).map((replica) => replica.stop()));
  }
}

async function killEmulator(ground: Ground): Promise<void> {
  for (const pid of await childrenOf(ground.gatewayPid)) process.kill(-pid, 'SIGKILL');
}
