import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { repository } from '@leasehold/product-harness';
import { loadManifest } from '@leasehold/template-manifest';
import { z } from 'zod';

const logLine = z.looseObject({
  message: z.string(),
  port: z.int().optional(),
  grpcPort: z.int().optional(),
});

/** A pod of a template. */
export interface Replica {
  readonly port: number;
  /** Absent when the template speaks no gRPC. */
  readonly grpcPort: number | undefined;
  readonly pid: number;
  stop(signal?: NodeJS.Signals): Promise<void>;
}

/** The template's image as a process, once it listens; what it logs above `info` is passed on. */
export async function startReplica(env: Record<string, string> & { TEMPLATE: string }): Promise<Replica> {
  const cwd = join(repository, 'tenant-templates', env.TEMPLATE, 'dist/image');
  const [, ...args] = (await loadManifest(cwd)).run.command;
  const child = spawn(process.execPath, args, { cwd, env, stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const { port, grpcPort } = await new Promise<z.infer<typeof logLine>>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      const entry = logLine.parse(JSON.parse(line));
      if (entry.message === 'listening') resolve(entry);
      else if (entry['level'] !== 'info') process.stderr.write(`${line}\n`);
    });
    void exited.then(() => reject(new Error('The replica has ended. Is its image built (npm start)?')));
  });
  return {
    port: port ?? 0,
    grpcPort,
    pid: child.pid ?? 0,
    stop: async (signal = 'SIGTERM') => {
      child.kill(signal);
      await exited;
    },
  };
}
