/** Parsers of what the system says about a process: `/proc/<pid>/stat` (proc_pid_stat(5)) and `ps -o stat=,lstart=`. */

export interface ProcStat {
  readonly zombie: boolean;
  /** Clock ticks from the boot of the machine to the start of the process (field 22). */
  readonly startTicks: string;
}

/** Reads one `/proc/<pid>/stat`; the command in it may itself hold blanks and parentheses. */
export function parseProcStat(text: string): ProcStat | undefined {
  const afterCommand = text.lastIndexOf(')');
  if (afterCommand < 0) return undefined;
  const fields = text
    .slice(afterCommand + 1)
    .trim()
    .split(/\s+/);
  const state = fields[0];
  const startTicks = fields[19];
  if (!state || !startTicks) return undefined;
  return { zombie: isDeadState(state), startTicks };
}

export interface PsRow {
  readonly zombie: boolean;
  readonly startedAt: string;
}

/** Reads one line of `ps -o stat=,lstart=`, for example `Ss   Sat Nov 21 11:48:58 2026`. */
export function parsePsLine(line: string): PsRow | undefined {
  const match = /^\s*(\S+)\s+(\S.*?)\s*$/.exec(line);
  const state = match?.[1];
  const startedAt = match?.[2]?.replace(/\s+/g, ' ');
  return state && startedAt ? { zombie: isDeadState(state), startedAt } : undefined;
}

function isDeadState(state: string): boolean {
  return /^[ZXx]/.test(state);
}
