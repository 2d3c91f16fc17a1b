import { execFile, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, chown, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { spawnTethered, type TetheredChild } from '@leasehold/processes';
import pg from 'pg';
import { postgresBinaries } from './binaries.js';
import { clearLeftover } from './leftover-server.js';
import { commandAs, serverUser, type ServerUser } from './server-user.js';

const run = promisify(execFile);
const owner = 'leasehold_owner';
const database = 'leasehold';
/** The longest path of a Unix socket that Linux and macOS both take is 103 bytes; `/.s.PGSQL.5432` is 14 of them. */
const longestSocketFolder = 103 - '/.s.PGSQL.5432'.length;

export interface PostgresOptions {
  /** The folder that holds the cluster and its socket; made when it is missing. */
  readonly folder: string;
  /** Password of the owner role; it must be the same at every start. */
  readonly ownerPassword: string;
  /** False gives up durability for speed: only for tests. */
  readonly durable?: boolean;
}

export interface RunningPostgres {
  /** Connection string of the superuser and owner, over a Unix socket: no TCP port is opened. */
  readonly ownerUrl: string;
  readonly pid: number;
  /** Resolves when the server's process has ended, wished or not. */
  readonly exited: Promise<void>;
  /** Ends the server: sessions are cut, nothing that was committed is lost ("fast shutdown"). */
  stop(): Promise<void>;
}

/**
 * Starts PostgreSQL from its npm package; makes the cluster at the first start.
 * A server that a crashed run left on the same folder is stopped first.
 * @throws Error with the server's own last lines when it does not come up within 60 s.
 */
export async function startPostgres(options: PostgresOptions): Promise<RunningPostgres> {
  const user = serverUser();
  const data = join(options.folder, 'data');
  const sockets = await socketFolder(options.folder, user);
  await clearLeftover(data, sockets);
  if (!existsSync(join(data, 'PG_VERSION'))) await initialise(options, data, user);

  const flags = {
    listen_addresses: '',
    unix_socket_directories: sockets,
    unix_socket_permissions: '0700',
    max_connections: '200',
    shared_buffers: '128MB',
    ...(options.durable === false
      ? { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }
      : {}),
  };
  const args = ['-D', data, ...Object.entries(flags).flatMap(([name, value]) => ['-c', `${name}=${value}`])];
  const command = commandAs(user, postgresBinaries().postgres, args, [options.folder, dirname(sockets)]);
  const child = spawnTethered(command.file, command.args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    stopSignal: 'SIGINT', // "fast shutdown": sessions are cut, what was committed is on disk
    ...command.account,
  });
  const lastLines = keepLastLines(child.process);
  const ownerUrl = url(options.ownerPassword, sockets, database);
  await waitUntilItAnswers(child, url(options.ownerPassword, sockets, 'postgres'), lastLines);
  await createDatabase(url(options.ownerPassword, sockets, 'postgres'));
  return {
    ownerUrl,
    pid: child.pid,
    exited: child.exited.then(() => undefined),
    stop: async () => {
      await child.stop(30_000);
    },
  };
}

function url(password: string, sockets: string, name: string): string {
  return `postgresql://${owner}:${encodeURIComponent(password)}@/${name}?host=${encodeURIComponent(sockets)}`;
}

/** The folder of the server's socket: inside the given one, or, where that path is too long for a socket, below the system's temporary folder. */
async function socketFolder(folder: string, user: ServerUser | undefined): Promise<string> {
  const inside = join(folder, 'socket');
  const digest = createHash('sha256').update(folder).digest('hex').slice(0, 16);
  const path =
    Buffer.byteLength(inside) <= longestSocketFolder ? inside : join(tmpdir(), `leasehold-${digest}`);
  await mkdir(path, { recursive: true, mode: 0o700 });
  await chmod(path, 0o700);
  if (user) await chown(path, user.uid, user.gid);
  return path;
}

/** Makes the cluster in a folder beside its final place, so that an initdb that was cut off leaves nothing that looks complete. */
async function initialise(
  options: PostgresOptions,
  data: string,
  user: ServerUser | undefined,
): Promise<void> {
  const fresh = `${data}.new`;
  await rm(fresh, { recursive: true, force: true });
  await mkdir(fresh, { recursive: true, mode: 0o700 });
  const passwordFile = join(options.folder, 'initdb-password');
  await writeFile(passwordFile, options.ownerPassword + '\n', { mode: 0o600 });
  if (user) {
    await chown(fresh, user.uid, user.gid);
    await chown(passwordFile, user.uid, user.gid);
  }
  const args = [
    ...['-D', fresh, '-U', owner, `--pwfile=${passwordFile}`, '--auth=scram-sha-256'],
    ...['--encoding=UTF8', '--locale=C', '--no-instructions'],
    ...(options.durable === false ? ['--no-sync'] : []),
  ];
  const command = commandAs(user, postgresBinaries().initdb, args, [options.folder]);
  try {
    await run(command.file, command.args, command.account);
    await rename(fresh, data);
  } catch (error) {
    await rm(fresh, { recursive: true, force: true });
    throw new Error(`PostgreSQL could not make its data folder ${data}: ${(error as Error).message}`, {
      cause: error,
    });
  } finally {
    await rm(passwordFile, { force: true });
  }
}

async function waitUntilItAnswers(
  child: TetheredChild,
  adminUrl: string,
  lastLines: () => string,
): Promise<void> {
  const deadline = Date.now() + 60_000;
  for (;;) {
    const client = new pg.Client({ connectionString: adminUrl });
    try {
      await client.connect();
      await client.end();
      return;
    } catch (error) {
      await client.end().catch(() => undefined); // it never connected: there is nothing to end
      const ended = child.process.exitCode !== null || child.process.signalCode !== null;
      if (ended || Date.now() > deadline) {
        await child.stop();
        throw new Error(`PostgreSQL did not come up: ${lastLines() || (error as Error).message}`, {
          cause: error,
        });
      }
    }
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

async function createDatabase(adminUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  try {
    const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [database]);
    if (rowCount === 0) await client.query(`create database ${database}`);
  } finally {
    await client.end();
  }
}

function keepLastLines(child: ChildProcess): () => string {
  let text = '';
  const keep = (chunk: Buffer) => {
    text = (text + chunk.toString('utf8')).slice(-2_000);
  };
  child.stdout?.on('data', keep);
  child.stderr?.on('data', keep);
  return () => text.trim().split('\n').slice(-5).join(' | ');
}
