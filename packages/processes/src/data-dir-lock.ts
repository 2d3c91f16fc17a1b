import { join } from 'node:path';
import { tryLock, type FileLock } from './file-lock.js';

/** The data directory is in use; the message is one sentence for people. */
export class DataDirInUseError extends Error {
  override readonly name = 'DataDirInUseError';
}

/**
 * Makes this process the only Leasehold that uses a data directory; the lock of a dead one is taken over.
 * @throws DataDirInUseError naming the one that uses it.
 */
export async function lockDataDir(dataDir: string): Promise<FileLock> {
  const attempt = await tryLock(join(dataDir, 'run', 'lock'), 'leasehold');
  if (attempt.held) return attempt.lock;
  const { pid, since } = attempt.owner;
  throw new DataDirInUseError(
    `Another Leasehold (pid ${pid}, since ${since}) uses the data directory ${dataDir}: stop it, or set LEASEHOLD_DATA_DIR to another directory.`,
  );
}
