import { readFile } from 'node:fs/promises';
import { decodeBatch, decodeFileHeader, fileHeaderBytes, hasBatchFrom } from './segment-format.js';

/** A file of the log is damaged where it was once whole. Nothing is read past it, since later records may need the lost ones. */
export class LogDamagedError extends Error {
  override readonly name = 'LogDamagedError';
  constructor(
    readonly file: string,
    readonly offset: number,
    what: string,
  ) {
    super(
      `The data gateway's log ${file} is damaged at byte ${offset}: ${what}. Restore the folder from a backup, or move it away to start without tenants' data.`,
    );
  }
}

export interface SegmentContent {
  readonly records: Buffer[];
  /** Up to where the file is whole; what follows is a torn tail. Zero when not even the header is whole. */
  readonly wholeBytes: number;
  readonly marker: Buffer | undefined;
}

/**
 * Reads a file of the log.
 * @param mayBeTorn whether the file is the one that was written last, whose last write a crash may have cut.
 * @param limit how many bytes are known to be durable, while the file is in use.
 * @throws LogDamagedError naming file and offset.
 */
export async function readSegment(
  path: string,
  mayBeTorn: boolean,
  limit = Infinity,
): Promise<SegmentContent> {
  const file = (await readFile(path)).subarray(0, limit);
  const marker = decodeFileHeader(file);
  if (!marker) {
    if (mayBeTorn && file.length <= fileHeaderBytes) return { records: [], wholeBytes: 0, marker: undefined };
    throw new LogDamagedError(path, 0, 'it does not begin as a file of the log');
  }
  const records: Buffer[] = [];
  let at = fileHeaderBytes;
  while (at < file.length) {
    const batch = decodeBatch(file, at, marker);
    if (!batch) {
      if (!mayBeTorn || hasBatchFrom(file, at + 1, marker))
        throw new LogDamagedError(path, at, 'the checksum does not match');
      break;
    }
    records.push(...batch.records);
    at = batch.end;
  }
  return { records, wholeBytes: at, marker };
}
