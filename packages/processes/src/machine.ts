import { readFile, readlink } from 'node:fs/promises';
import { hostname } from 'node:os';

/** Where a pid means something: the same boot of the same machine, seen through the same pid namespace. */
export interface MachineFacts {
  readonly host: string;
  readonly boot: string;
  readonly pidNamespace: string;
}

let facts: Promise<MachineFacts> | undefined;

/** What tells this machine, its boot and its pid namespace (a container has its own) from others. */
export function machineFacts(): Promise<MachineFacts> {
  facts ??= readFacts();
  return facts;
}

async function readFacts(): Promise<MachineFacts> {
  const [boot, pidNamespace] = await Promise.all([
    readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => ''),
    readlink('/proc/self/ns/pid').catch(() => ''),
  ]);
  return { host: hostname(), boot: boot.trim().slice(0, 8), pidNamespace };
}
