import { setTimeout as wait } from 'node:timers/promises';
import { memoryOf, type Memory } from './memory-of.js';

const samples = 15;
const everyMs = 1_000;

/** The median of a quarter of a minute: heaps grow and are swept all the time. */
export async function settledMemory(pid: number): Promise<Memory> {
  const taken: Memory[] = [];
  for (let sample = 0; sample < samples; sample += 1) {
    taken.push(await memoryOf(pid));
    await wait(everyMs);
  }
  taken.sort((one, other) => one.total - other.total);
  const median = taken[Math.floor(samples / 2)];
  if (median === undefined) throw new Error('No sample was taken.');
  return median;
}
