import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/**
 * The processes from this one's parent up to the npm that runs it: npm itself, or a shell and then npm. Without npm only the parent.
 * @returns {number[]}
 */
export function lineageToNpm() {
  const parent = process.ppid;
  if (isNpm(parent)) return [parent];
  const grandparent = lookUp(parent)?.parent;
  return grandparent !== undefined && isNpm(grandparent) ? [parent, grandparent] : [parent];
}

/**
 * Whether every process still has the parent that it had: one whose parent was killed is given to another.
 * @param {readonly number[]} lineage
 */
export function isIntact(lineage) {
  return (
    process.ppid === lineage[0] && (lineage[1] === undefined || lookUp(lineage[0])?.parent === lineage[1])
  );
}

function isNpm(pid) {
  return /\bnpm\b/.test(lookUp(pid)?.command ?? '');
}

/** The parent and the command line of a process; undefined when there is none. */
function lookUp(pid) {
  try {
    if (process.platform !== 'linux') {
      const line = execFileSync('ps', ['-o', 'ppid=,args=', '-p', String(pid)], { encoding: 'utf8' }).trim();
      return { parent: Number.parseInt(line, 10), command: line.replace(/^\d+\s+/, '') };
    }
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
    return { parent, command: readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim() };
  } catch {
    return undefined;
  }
}
