/** The log's files by number: `<n>.snapshot` holds all rows as they were before `<n>.log` began. */
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { LogDamagedError } from './segment-reader.js';

export interface LogFiles {
  /** The newest snapshot's number; 0 when there is none. */
  readonly snapshot: number;
  /** The numbers of the segments to replay after it, in order and without a gap. */
  readonly segments: readonly number[];
}

export const segmentPath = (dir: string, number: number): string => join(dir, `${name(number)}.log`);
export const snapshotPath = (dir: string, number: number): string => join(dir, `${name(number)}.snapshot`);
export const unfinishedSnapshotPath = (dir: string): string => join(dir, 'snapshot.unfinished');

const name = (number: number): string => String(number).padStart(10, '0');

/** Finds the files to replay. @throws LogDamagedError when one is missing. */
export async function listLogFiles(dir: string): Promise<LogFiles> {
  const names = await readdir(dir);
  const snapshot = Math.max(0, ...numbers(names, /^(\d{10})\.snapshot$/));
  const segments = numbers(names, /^(\d{10})\.log$/).filter((number) => number >= snapshot);
  const first = snapshot || 1;
  segments.forEach((number, index) => {
    if (number !== first + index)
      throw new LogDamagedError(segmentPath(dir, first + index), 0, 'the file is missing');
  });
  return { snapshot, segments };
}

/** Removes what a newer snapshot made unnecessary, and a snapshot that a crash left unfinished. */
export async function removeObsolete(dir: string, snapshot: number): Promise<void> {
  const names = await readdir(dir);
  const obsolete = [...numbers(names, /^(\d{10})\.snapshot$/), ...numbers(names, /^(\d{10})\.log$/)].filter(
    (number) => number < snapshot,
  );
  await rm(unfinishedSnapshotPath(dir), { force: true });
  for (const number of obsolete) {
    await rm(snapshotPath(dir, number), { force: true });
    await rm(segmentPath(dir, number), { force: true });
  }
}

function numbers(names: readonly string[], pattern: RegExp): number[] {
  return names
    .map((each) => Number(pattern.exec(each)?.[1] ?? 0))
    .filter((number) => number > 0)
    .sort((a, b) => a - b);
}
