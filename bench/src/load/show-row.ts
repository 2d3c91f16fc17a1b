import type { LoadResult } from './load-messages.js';

/** One line of a measurement; `memory` in MB. */
export function showRow(
  name: string,
  { perSecond, p50, p99, statuses, lost }: LoadResult,
  memory: number,
): void {
  const cells = [
    name.padEnd(36),
    `${Math.round(perSecond)}/s`.padStart(9),
    `p50 ${p50.toFixed(1)} ms`.padStart(14),
    `p99 ${p99.toFixed(1)} ms`.padStart(14),
    `${Math.round(memory)} MB`.padStart(8),
    `${JSON.stringify(statuses)}, ${lost} without an answer`,
  ];
  console.log(cells.join('  '));
}

/** Says whether a goal was met, or what was shown is so; when not, the program's exit code is 1. */
export function judge(sentence: string, met: boolean): void {
  console.log(`  ${sentence}: ${met ? 'met' : 'MISSED'}`);
  if (!met) process.exitCode = 1;
}
