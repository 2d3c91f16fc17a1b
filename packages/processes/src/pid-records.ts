import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { parseJson } from './parse-json.js';
import { identify, type ProcessIdentity } from './process-identity.js';
import { stopIdentified } from './stop-group.js';

const record = z.object({ pid: z.int().min(2), startedAt: z.string().min(1), role: z.string() });

/** A process that some run of this program started; kept on disk so that the next run can end what a crash left behind. */
export interface PidRecord extends ProcessIdentity {
  /** For people only: what the process is. Never used to find it. */
  readonly role: string;
}

/** Writes down a process that must not outlive a crash; the record's file is returned for {@link forgetProcess}. */
export async function recordProcess(dir: string, pid: number, role: string): Promise<string | undefined> {
  const identity = await identify(pid);
  if (!identity) return undefined;
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const file = join(dir, `${pid}.json`);
  await writeFile(file, JSON.stringify({ ...identity, role } satisfies PidRecord), { mode: 0o600 });
  return file;
}

/** Removes the record of a process that has ended. */
export async function forgetProcess(file: string): Promise<void> {
  await rm(file, { force: true });
}

/**
 * Ends whatever an earlier run recorded and did not end, and removes the records.
 * A pid that meanwhile belongs to another process is left alone.
 * @returns the records whose process was still alive.
 */
export async function reapLeftovers(dir: string): Promise<PidRecord[]> {
  const names = await readdir(dir).catch(() => []);
  const records = names.filter((name) => /^\d+\.json$/.test(name));
  const reaped = await Promise.all(records.map((name) => reap(join(dir, name))));
  return reaped.filter((record) => record !== undefined);
}

async function reap(file: string): Promise<PidRecord | undefined> {
  const found = parseRecord(await readFile(file, 'utf8').catch(() => ''));
  const stopped = found ? await stopIdentified(found) : false;
  await rm(file, { force: true });
  return stopped ? found : undefined;
}

/** A record that a crash left half written names nobody. */
export function parseRecord(text: string): PidRecord | undefined {
  return record.safeParse(parseJson(text)).data;
}
