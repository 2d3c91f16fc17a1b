import { readFile } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { familyOf } from '@leasehold/product-harness';

/** MB of memory by program, and how many processes there are. */
export interface Memory {
  readonly total: number;
  readonly processes: number;
  readonly programs: ReadonlyMap<string, number>;
}

/**
 * The memory of a process and all that descend from it: each page that several share is counted once, split among them
 * (`Pss` of proc_pid_smaps(5)). Linux alone.
 */
export async function memoryOf(pid: number): Promise<Memory> {
  const each = await Promise.all(familyOf(pid).map(processMemory));
  const programs = new Map<string, number>();
  for (const { program, megabytes } of each) programs.set(program, (programs.get(program) ?? 0) + megabytes);
  const total = each.reduce((sum, { megabytes }) => sum + megabytes, 0);
  return { total, processes: each.length, programs };
}

async function processMemory(pid: number): Promise<{ program: string; megabytes: number }> {
  try {
    const rollup = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8');
    const command = await readFile(`/proc/${pid}/cmdline`, 'utf8');
    const [, kilobytes] = /^Pss:\s+(\d+) kB$/m.exec(rollup) ?? [];
    return { program: programName(command), megabytes: Number(kilobytes) / 1024 };
  } catch (error) {
    // It has ended meanwhile.
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ESRCH'))
      return { program: 'ended', megabytes: 0 };
    throw error;
  }
}

/** `twin` of `node …/twin/dist/main.js`, `postgres` of `postgres: writer`. */
export function programName(commandLine: string): string {
  const [first = '', ...rest] = commandLine.split('\0').filter(Boolean);
  const script = rest.find((argument) => /\.m?js$/.test(argument));
  if (basename(first) !== 'node' || script === undefined) return basename(first.split(/[: ]/)[0] ?? '');
  const folder = dirname(script);
  return `${basename(folder) === 'dist' ? basename(dirname(folder)) : basename(folder)}/${basename(script)}`;
}
