/** How the gateway gets a Bigtable emulator: one of its own on a unix socket, or one that somebody else runs. */
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { spawnTethered } from '@leasehold/processes';
import { Connection, type ServerAddress } from '../grpc/connection.js';

export interface RunningEmulator {
  readonly connection: Connection;
  /** The process, if it is our own. */
  readonly pid?: number;
  /** Ends the emulator if it is our own, and the connection. */
  stop(): Promise<void>;
}

/** Starts or reaches an emulator. @throws Error with a sentence when it cannot. */
export type StartEmulator = (signal: AbortSignal) => Promise<RunningEmulator>;

const startTimeoutMs = 15_000;

/**
 * An emulator of our own. It listens on a unix socket in a folder that only our user can enter, and ends with this process, also when that is
 * killed.
 * @param socketDir as short as possible: a socket's path has at most 107 bytes.
 */
export function ownEmulator(executable: string, socketDir: string): StartEmulator {
  return async (signal) => {
    const path = join(socketDir, 'emulator.sock');
    await mkdir(socketDir, { recursive: true, mode: 0o700 });
    await rm(path, { force: true });
    const child = spawnTethered(executable, ['-address', path], {
      stdio: ['ignore', 'ignore', 'inherit'],
      stopSignal: 'SIGKILL',
    });
    const ended = child.exited.then(() => {
      throw new Error('The Bigtable emulator ended while it was starting.');
    });
    ended.catch(() => undefined);
    try {
      const connection = await Promise.race([connectWhenUp({ path }, signal), ended]);
      void child.exited.then(() => connection.destroy());
      return {
        connection,
        pid: child.pid,
        stop: async () => {
          connection.destroy();
          await child.stop();
        },
      };
    } catch (error) {
      await child.stop();
      throw error;
    }
  };
}

/** The emulator of `BIGTABLE_EMULATOR_HOST`. */
export function foreignEmulator(hostAndPort: string): StartEmulator {
  const at = hostAndPort.lastIndexOf(':');
  const address = { host: hostAndPort.slice(0, at), port: Number(hostAndPort.slice(at + 1)) };
  return async (signal) => {
    const connection = await connectWhenUp(address, signal);
    return {
      connection,
      stop: () => {
        connection.destroy();
        return Promise.resolve();
      },
    };
  };
}

async function connectWhenUp(address: ServerAddress, signal: AbortSignal): Promise<Connection> {
  const deadline = Date.now() + startTimeoutMs;
  for (;;) {
    try {
      return await Connection.open(address);
    } catch (cause) {
      if (signal.aborted || Date.now() > deadline) {
        throw new Error(`The Bigtable emulator at ${describe(address)} does not answer.`, { cause });
      }
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

function describe(address: ServerAddress): string {
  return 'path' in address ? address.path : `${address.host ?? 'localhost'}:${String(address.port)}`;
}
