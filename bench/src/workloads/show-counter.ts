import type { Ground } from '../ground/ground.js';
import { killEmulator, Kills } from '../ground/kills.js';
import type { LoadResult } from '../load/load-messages.js';
import { sendLoad } from '../load/send-load.js';

const request = 'GET /getCounter HTTP/1.1\r\nhost: counter\r\n\r\n';
const connections = 200;

export interface CounterShow {
  readonly result: LoadResult;
  /** How many answers were a number. */
  readonly numbers: number;
  readonly repeats: number;
  readonly allKilled: boolean;
}

/** So many numbers from three replicas, with kill -9 of one of them and of Bigtable in the middle. */
export async function showCounter(ground: Ground, numbers: number): Promise<CounterShow> {
  const replicas = await Promise.all([1, 2, 3].map(() => ground.replica('counter')));
  const [victim] = replicas;
  if (victim === undefined) throw new Error('Three replicas.');
  const kills = new Kills(numbers, [
    { at: 0.3, name: 'a replica', kill: () => victim.stop('SIGKILL') },
    { at: 0.6, name: 'Bigtable', kill: () => killEmulator(ground) },
  ]);
  try {
    const ports = replicas.map(({ port }) => port);
    const load = { ports, connections, request, requests: numbers, again: true, keepBodies: true };
    const result = await sendLoad(load, (progress) => kills.onProgress(progress));
    const got = result.bodies.filter((body) => /^[1-9]\d*$/.test(body));
    const repeats = got.length - new Set(got).size;
    return { result, numbers: got.length, repeats, allKilled: await kills.allDone() };
  } finally {
    await Promise.all(replicas.slice(1).map((replica) => replica.stop()));
  }
}
