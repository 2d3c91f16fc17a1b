import { residentMegabytes } from '../api/latency.js';
import { cpuSeconds } from '../ground/cpu-time.js';
import type { Ground } from '../ground/ground.js';
import type { Replica } from '../ground/replica.js';
import type { LoadResult } from '../load/load-messages.js';
import { sendLoad } from '../load/send-load.js';

/** The load of charges. */
export type Charged = Parameters<typeof sendLoad>[0];

export interface Charges {
  readonly measured: LoadResult;
  /** Of the largest replica, in megabytes. */
  readonly memory: number;
  /** Processor time a charge in each replica, in microseconds. */
  readonly replicasCost: readonly number[];
  /** The same in the gateway with its emulator. */
  readonly gatewayCost: number;
  /** Of each replica: its writes, and those that another one outran. */
  readonly writes: readonly string[];
}

/** Sends the load after some to warm up, in which replicas also share out the shards. */
export async function measureCharges(
  { gatewayPid }: Pick<Ground, 'gatewayPid'>,
  replicas: readonly Replica[],
  load: Charged,
): Promise<Charges> {
  await sendLoad({ ...load, requests: Math.min(load.requests, 12_000) });
  const pids = [...replicas.map(({ pid }) => pid), gatewayPid];
  const written = await Promise.all(replicas.map(writesOf));
  const before = await Promise.all(pids.map(cpuSeconds));
  const measured = await sendLoad(load);
  const after = await Promise.all(pids.map(cpuSeconds));
  const cost = after.map((seconds, index) => ((seconds - (before[index] ?? 0)) / load.requests) * 1e6);
  const memory = await Promise.all(replicas.map(({ pid }) => residentMegabytes(pid)));
  const writes = await Promise.all(replicas.map(writesOf));
  return {
    measured,
    memory: Math.max(...memory),
    replicasCost: cost.slice(0, -1),
    gatewayCost: cost.at(-1) ?? Number.NaN,
    writes: writes.map(([commits, conflicts], index) => {
      const [commitsBefore, conflictsBefore] = written[index] ?? [0, 0];
      return `${commits - commitsBefore}, ${conflicts - conflictsBefore}`;
    }),
  };
}

async function writesOf({ port }: Replica): Promise<[commits: number, conflicts: number]> {
  const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  const [, commits] = /^memes_ledger_commits_total (\d+)$/m.exec(text) ?? [];
  const [, conflicts] = /^memes_ledger_conflicts_total (\d+)$/m.exec(text) ?? [];
  return [Number(commits), Number(conflicts)];
}
