import { randomBytes } from 'node:crypto';
import type { OpenLogFile } from './log-file.js';
import { encodeRecord, type LogRecord } from './log-record.js';
import { encodeBatch, encodeFileHeader, fileHeaderBytes } from './segment-format.js';

const batchBytes = 1024 * 1024;

/**
 * Writes rows to a file in the form of a segment and syncs it.
 * @returns its size in bytes.
 */
export async function writeSnapshot(
  openFile: OpenLogFile,
  path: string,
  rows: AsyncIterable<LogRecord>,
): Promise<number> {
  const marker = randomBytes(8);
  const file = await openFile(path, 'lazy');
  try {
    await file.truncate(0);
    await file.write(encodeFileHeader(marker), 0);
    let size = fileHeaderBytes;
    let batch: Buffer[] = [];
    let pending = 0;
    const flush = async (): Promise<void> => {
      const bytes = encodeBatch(marker, batch);
      await file.write(bytes, size);
      [size, batch, pending] = [size + bytes.length, [], 0];
    };
    for await (const record of rows) {
      const bytes = encodeRecord(record);
      batch.push(bytes);
      pending += bytes.length;
      if (pending >= batchBytes) await flush();
    }
    if (batch.length > 0) await flush();
    await file.sync();
    return size;
  } finally {
    await file.close();
  }
}
