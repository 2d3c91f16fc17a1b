import { spawn, type ChildProcess } from 'node:child_process';
import { Socket } from 'node:net';

/**
 * One `sh` a program that outlives it by a moment: it reads the pids of the program's children from its stdin, and when that
 * pipe ends without notice (kill -9, a crash), it stops what is still registered. It works the same on Linux and macOS, which has no
 * PR_SET_PDEATHSIG.
 */
const script = `
trap '' TERM INT HUP QUIT
children=' '
while read -r op pid sig; do
  case "$op" in
    +) children="$children$pid:$sig " ;;
    -) kept=' '; for c in $children; do [ "\${c%%:*}" = "$pid" ] || kept="$kept$c "; done; children="$kept" ;;
  esac
done
[ "$children" = ' ' ] && exit 0
for c in $children; do kill -s "\${c#*:}" -- "-\${c%%:*}" 2>/dev/null; done
tries=0
while [ "$tries" -lt 50 ]; do
  alive=''
  for c in $children; do kill -s 0 -- "-\${c%%:*}" 2>/dev/null && alive=yes; done
  [ -z "$alive" ] && exit 0
  sleep 0.1; tries=$((tries+1))
done
for c in $children; do kill -s KILL -- "-\${c%%:*}" 2>/dev/null; done
`;

/** How long the guard lets children end by themselves after their parent died, in milliseconds (50 tries of 0.1 s in the script). */
export const guardGraceMs = 5000;

const registered = new Map<number, string>();
let guard: ChildProcess | undefined;

/**
 * Makes a process group die when this program does, however it ends.
 * @param signal the polite one, sent first; SIGKILL follows after {@link guardGraceMs}.
 * @returns when the registration is on its way to the guard and no longer depends on this program.
 */
export function guardGroup(pid: number, signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
  registered.set(pid, signal.replace(/^SIG/, ''));
  return tell(`+ ${pid} ${signal.replace(/^SIG/, '')}\n`);
}

/** Ends the guard's interest in a process group, which has ended. */
export function releaseGroup(pid: number): void {
  if (registered.delete(pid)) void tell(`- ${pid}\n`);
}

function tell(line: string): Promise<void> {
  const { stdin } = (guard ??= startGuard());
  return new Promise((resolve) => {
    if (!stdin?.writable) resolve();
    else stdin.write(line, () => resolve());
  });
}

function startGuard(): ChildProcess {
  const child = spawn('/bin/sh', ['-c', script, 'leasehold-guard'], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
    cwd: '/',
    env: { PATH: process.env['PATH'] ?? '/usr/bin:/bin' },
  });
  child.on('error', () => undefined);
  child.stdin.on('error', () => undefined);
  child.once('exit', () => replaceGuard(child));
  child.unref();
  if (child.stdin instanceof Socket) child.stdin.unref();
  return child;
}

/** Somebody killed the guard: a new one takes over what the old one knew. */
function replaceGuard(dead: ChildProcess): void {
  if (guard !== dead) return;
  guard = undefined;
  for (const [pid, signal] of registered) void tell(`+ ${pid} ${signal}\n`);
}
