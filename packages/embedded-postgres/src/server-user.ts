import { accessSync, constants, readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/** Who the server's process runs as. PostgreSQL refuses to run as root (its `check_root`). */
export interface ServerUser {
  readonly uid: number;
  readonly gid: number;
}

/**
 * The account that runs the server when this program runs as root: `postgres` where the system has it, else `nobody`.
 * No account is ever created. Undefined when this program is not root: the server then runs as the same user.
 */
export function serverUser(): ServerUser | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const accounts = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'));
  for (const name of ['postgres', 'nobody']) {
    const account = accounts.find((fields) => fields[0] === name);
    if (account) return { uid: Number(account[2]), gid: Number(account[3]) };
  }
  throw new Error(
    'PostgreSQL cannot run as root, and this system has neither a user "postgres" nor "nobody": start Leasehold as an ordinary user.',
  );
}

/** Whether a user that is neither owner nor in the group can walk down to each of the paths. */
export function openToOthers(paths: readonly string[]): boolean {
  return paths.every((path) => ancestors(path).every((folder) => (statSync(folder).mode & 0o001) !== 0));
}

function ancestors(path: string): string[] {
  const parent = dirname(path);
  return parent === path ? [path] : [...ancestors(parent), path];
}

export interface Command {
  readonly file: string;
  readonly args: readonly string[];
  /** Set when this program must start the command as another user itself. */
  readonly account: Partial<ServerUser>;
}

/**
 * The command that runs a server binary as the given user.
 * Where its folders are closed to others (a checkout below /root, a data folder of mode 0700) the process keeps the one
 * capability that lets it walk through them; `setpriv` is part of util-linux.
 */
export function commandAs(
  user: ServerUser | undefined,
  file: string,
  args: readonly string[],
  paths: readonly string[],
): Command {
  if (!user) return { file, args, account: {} };
  if (openToOthers([file, ...paths])) return { file, args, account: user };
  const setpriv = '/usr/bin/setpriv';
  try {
    accessSync(setpriv, constants.X_OK);
  } catch {
    throw new Error(
      `PostgreSQL cannot run as root, and the user it would run as cannot enter ${paths.join(' or ')}: start Leasehold as an ordinary user, or keep the checkout and LEASEHOLD_DATA_DIR in folders that others may enter (chmod o+x).`,
    );
  }
  const caps = '+dac_override';
  return {
    account: {},
    file: setpriv,
    args: [
      `--reuid=${user.uid}`,
      `--regid=${user.gid}`,
      '--clear-groups',
      `--inh-caps=${caps}`,
      `--ambient-caps=${caps}`,
      '--',
      file,
      ...args,
    ],
  };
}
