import type { Breakdown, Contender } from './contender.js';

export interface Measurement {
  readonly contender: string;
  readonly concurrency: number;
  readonly clients: number;
  /** Milliseconds from the start of an onboarding to its first page, sorted. */
  readonly each: readonly number[];
  readonly clientsPerSecond: number;
  /** Median milliseconds of each named part. */
  readonly parts: Readonly<Record<string, number>>;
}

/** Onboards `clients` clients, `concurrency` at a time, and times each from its start to its first page. */
export async function measure(
  contender: Contender,
  { clients, concurrency, slugs }: { clients: number; concurrency: number; slugs: () => string },
): Promise<Measurement> {
  const each: number[] = [];
  const breakdowns: Breakdown[] = [];
  let left = clients;
  const began = performance.now();
  const worker = async () => {
    while (left > 0) {
      left -= 1;
      const start = performance.now();
      breakdowns.push(await contender.onboard(slugs()));
      each.push(performance.now() - start);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
  const seconds = (performance.now() - began) / 1000;
  const parts = await Promise.all(breakdowns.map((breakdown) => breakdown()));
  return {
    contender: contender.name,
    concurrency,
    clients,
    each: each.sort((a, b) => a - b),
    clientsPerSecond: clients / seconds,
    parts: medians(parts),
  };
}

export function median(sorted: readonly number[]): number {
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

function medians(rows: readonly Record<string, number>[]): Record<string, number> {
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const of = (name: string) => median(rows.flatMap((row) => row[name] ?? []).sort((a, b) => a - b));
  return Object.fromEntries(names.map((name) => [name, of(name)]));
}
