import { execFile } from 'node:child_process';
import { readdir, readFile, readlink } from 'node:fs/promises';

export type Transport = 'tcp' | 'udp';

export interface PortHolder {
  readonly pid: number;
  readonly command: string;
}

/** Which process has a local port, where the system tells it without root: /proc on Linux, lsof on macOS. */
export async function findPortHolder(port: number, transport: Transport): Promise<PortHolder | undefined> {
  try {
    return process.platform === 'linux' ? await fromProc(port, transport) : await fromLsof(port, transport);
  } catch {
    return undefined;
  }
}

async function fromProc(port: number, transport: Transport): Promise<PortHolder | undefined> {
  const tables = await Promise.all(
    [transport, `${transport}6`].map((name) => readFile(`/proc/net/${name}`, 'utf8').catch(() => '')),
  );
  const inodes = new Set(tables.flatMap((table) => parseSocketTable(table, port, transport)));
  if (inodes.size === 0) return undefined;
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  for (const pid of pids) {
    if (!(await hasSocket(pid, inodes))) continue;
    return { pid: Number(pid), command: (await readFile(`/proc/${pid}/comm`, 'utf8')).trim() };
  }
  return undefined;
}

/** The inodes of the sockets bound to a port (for TCP: listening, state 0A), from a table as described in proc_net_tcp. */
export function parseSocketTable(table: string, port: number, transport: Transport): string[] {
  const wanted = port.toString(16).toUpperCase().padStart(4, '0');
  return table
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => fields[1]?.endsWith(`:${wanted}`) && (transport === 'udp' || fields[3] === '0A'))
    .map((fields) => fields[9] ?? '')
    .filter((inode) => /^[1-9]\d*$/.test(inode));
}

async function hasSocket(pid: string, inodes: ReadonlySet<string>): Promise<boolean> {
  const descriptors = await readdir(`/proc/${pid}/fd`).catch(() => []);
  const links = await Promise.all(descriptors.map((fd) => readlink(`/proc/${pid}/fd/${fd}`).catch(() => '')));
  return links.some((target) => inodes.has(/^socket:\[(\d+)\]$/.exec(target)?.[1] ?? ''));
}

async function fromLsof(port: number, transport: Transport): Promise<PortHolder | undefined> {
  const selection = transport === 'tcp' ? [`-iTCP:${port}`, '-sTCP:LISTEN'] : [`-iUDP:${port}`];
  const output = await new Promise<string>((resolve) => {
    execFile('lsof', ['-nP', ...selection, '-Fpc'], { timeout: 3000 }, (_error, stdout) => resolve(stdout));
  });
  const pid = /^p(\d+)$/m.exec(output)?.[1];
  const command = /^c(.+)$/m.exec(output)?.[1];
  return pid && command ? { pid: Number(pid), command } : undefined;
}
