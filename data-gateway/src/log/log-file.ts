/** The file operations that the log needs, so that a test can give it a disk that is full or failing. */
import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';

export interface LogFile {
  /** Writes the whole buffer at the position; it is on disk when this resolves, unless the file was opened lazily. */
  write(data: Buffer, position: number): Promise<void>;
  truncate(size: number): Promise<void>;
  sync(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Opens a file for writing; creates it, with a durable name, when there is none.
 * `durable` makes each write reach the disk before it returns (O_DSYNC): one trip to the thread pool where write and fdatasync take two.
 */
export type OpenLogFile = (path: string, mode: 'durable' | 'lazy') => Promise<LogFile>;

/** The real disk. */
export const openLogFile: OpenLogFile = async (path, mode) => {
  const handle = await openOrCreate(path, constants.O_RDWR | (mode === 'durable' ? constants.O_DSYNC : 0));
  return {
    async write(data, position) {
      for (let done = 0; done < data.length;) {
        done += (await handle.write(data, done, data.length - done, position + done)).bytesWritten;
      }
    },
    truncate: (size) => handle.truncate(size),
    sync: () => handle.datasync(),
    close: () => handle.close(),
  };
};

async function openOrCreate(path: string, flags: number): Promise<FileHandle> {
  try {
    return await open(path, flags);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
  }
  const handle = await open(path, flags | constants.O_CREAT, 0o600);
  await syncDirectory(dirname(path));
  return handle;
}

/** Makes created, renamed and removed names of a directory durable. */
export async function syncDirectory(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
