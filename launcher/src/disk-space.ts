import { statfs } from 'node:fs/promises';

/** Too little room to start; the message is one sentence for people. */
export class DiskSpaceError extends Error {
  override readonly name = 'DiskSpaceError';
}

/** What a first start writes (database cluster, images, logs) with room for a day of work, in bytes. */
export const neededBytes = 500 * 1024 * 1024;

/** @throws DiskSpaceError when the disk of the folder has less than {@link neededBytes} left. */
export async function assertDiskSpace(folder: string): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  const sentence = describeShortage(bavail * bsize, folder);
  if (sentence) throw new DiskSpaceError(sentence);
}

/** The sentence for too few free bytes, or undefined when there are enough. */
export function describeShortage(freeBytes: number, folder: string): string | undefined {
  if (freeBytes >= neededBytes) return undefined;
  const megabytes = (bytes: number): number => Math.floor(bytes / 1024 / 1024);
  return `The disk of ${folder} has ${megabytes(freeBytes)} MB free and Leasehold needs ${megabytes(neededBytes)} MB: free some space, or set LEASEHOLD_DATA_DIR to another disk.`;
}
