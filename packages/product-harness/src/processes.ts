import { execFileSync } from 'node:child_process';

/** A process and all that descends from it, as the process table has it now. */
export function familyOf(pid: number): number[] {
  const table = execFileSync('ps', ['-e', '-o', 'pid=,ppid=,stat='], { encoding: 'utf8' })
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([, , state]) => !state?.startsWith('Z'))
    .map(([own, parent]) => ({ pid: Number(own), parent: Number(parent) }));
  const family = [pid];
  for (const member of family) {
    family.push(...table.filter(({ parent }) => parent === member).map((row) => row.pid));
  }
  return family;
}

/** Live processes whose command line or environment file names the folder: what a product on that data folder runs. */
export function processesNaming(folder: string): string[] {
  return execFileSync('ps', ['-e', 'ww', '-o', 'pid=,stat=,args='], { encoding: 'utf8' })
    .trim()
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line.includes(folder) && !/^\d+\s+Z/.test(line));
}

/** kill -9, at once, of every process; one that has ended meanwhile is what was wanted. */
export function killAll(pids: readonly number[]): void {
  for (const pid of pids) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
    }
  }
}
