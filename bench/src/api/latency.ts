import { readFile } from 'node:fs/promises';

export interface Latency {
  readonly contender: string;
  readonly what: string;
  readonly p50: number;
  readonly p99: number;
  readonly perSecond: number;
}

/** Milliseconds of so many requests, a few at a time, after a warm-up. */
export async function latency(
  contender: string,
  what: string,
  {
    requests,
    concurrency,
    send,
  }: { requests: number; concurrency: number; send: (n: number) => Promise<void> },
): Promise<Latency> {
  let next = 0;
  const each: number[] = [];
  const worker = async (until: number, keep: boolean): Promise<void> => {
    while (next < until) {
      const n = next++;
      const began = performance.now();
      await send(n);
      if (keep) each.push(performance.now() - began);
    }
  };
  const warmUp = Math.min(100, requests);
  await Promise.all(Array.from({ length: concurrency }, () => worker(warmUp, false)));
  const began = performance.now();
  await Promise.all(Array.from({ length: concurrency }, () => worker(warmUp + requests, true)));
  const seconds = (performance.now() - began) / 1000;
  each.sort((a, b) => a - b);
  const at = (share: number): number =>
    each[Math.min(each.length - 1, Math.floor(each.length * share))] ?? Number.NaN;
  return { contender, what, p50: at(0.5), p99: at(0.99), perSecond: requests / seconds };
}

/** Resident memory of a process in MB, as Linux counts it (proc(5)); NaN elsewhere. */
export async function residentMegabytes(pid: number): Promise<number> {
  try {
    const [, kilobytes] = /^VmRSS:\s+(\d+) kB$/m.exec(await readFile(`/proc/${pid}/status`, 'utf8')) ?? [];
    return Number(kilobytes) / 1024;
  } catch {
    return Number.NaN;
  }
}
