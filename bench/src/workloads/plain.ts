import { fileURLToPath } from 'node:url';
import { forkService } from '@leasehold/processes';
import { z } from 'zod';
import { residentMegabytes } from '../api/latency.js';
import type { LoadResult } from '../load/load-messages.js';
import { sendLoad } from '../load/send-load.js';

export interface Load {
  readonly connections: number;
  readonly request: string;
  readonly requests: number;
}

export interface Measured {
  readonly name: string;
  readonly result: LoadResult;
  readonly memory: number;
}

const facts = z.looseObject({ port: z.int() });

/** The load against a server of this folder, in a process of its own; the first tenth is a warm-up. */
export async function measurePlain(
  name: string,
  entry: string,
  args: readonly string[],
  load: Load,
): Promise<Measured> {
  return withPlainServer(entry, args, ({ port, pid }) => measure(name, { ...load, ports: [port] }, pid));
}

/** Starts a server of this folder, and stops it when `use` is done. */
export async function withPlainServer<T>(
  entry: string,
  args: readonly string[],
  use: (server: { readonly port: number; readonly pid: number }) => Promise<T>,
): Promise<T> {
  const server = await forkService({
    entry: fileURLToPath(new URL(`./${entry}`, import.meta.url)),
    args: [...args],
    parseFacts: (given) => facts.parse(given),
  });
  try {
    return await use({ port: server.facts.port, pid: server.pid });
  } finally {
    await server.stop();
  }
}

/** Requests a second, times and memory of a process that answers on `ports`. */
export async function measure(
  name: string,
  load: Load & { readonly ports: readonly number[] },
  pid: number,
): Promise<Measured> {
  const ports = [...load.ports];
  await sendLoad({ ...load, ports, requests: Math.ceil(load.requests / 10) });
  const result = await sendLoad({ ...load, ports });
  return { name, result, memory: await residentMegabytes(pid) };
}
