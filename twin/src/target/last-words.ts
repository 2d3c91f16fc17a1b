import { join } from 'node:path';
import { readLog } from '../pods/read-log.js';

const longestLine = 200;

/** The last lines that a pod has printed, the oldest first; a long one is cut. */
export async function lastWords(podsFolder: string, pod: string, lines: number): Promise<string[]> {
  const signal = AbortSignal.timeout(1_000);
  const pieces: Buffer[] = [];
  for await (const piece of readLog(join(podsFolder, pod, 'log'), { tail: lines, follow: false, signal }))
    pieces.push(piece);
  return Buffer.concat(pieces)
    .toString('utf8')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .slice(-lines)
    .map((line) => (line.length > longestLine ? `${line.slice(0, longestLine)}…` : line));
}
