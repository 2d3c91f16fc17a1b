/**
 * The form of the log's files. A header: the name of the format, a marker of 8 random bytes, a CRC-32 of both. Then batches, each one write and one fsync:
 * the marker again, the content's length, a CRC-32 of length and content, the content (records, each after its length).
 *
 * A batch is written only after the one before it was synced. So a broken batch with nothing whole after it is a torn tail, which nobody was
 * told of; with a whole batch after it, it was once whole, and the file is damaged. The marker is random and in no record, so nobody can
 * write a cell that looks like a batch.
 */
import { crc32 } from 'node:zlib';

const formatName = Buffer.from('LEASELOG1\n', 'latin1');
const markerBytes = 8;
const headerChecksumAt = formatName.length + markerBytes;
export const fileHeaderBytes = headerChecksumAt + 4;
const batchHeaderBytes = markerBytes + 8;

export function encodeFileHeader(marker: Buffer): Buffer {
  const header = Buffer.concat([formatName, marker, Buffer.alloc(4)]);
  header.writeUInt32BE(crc32(header.subarray(0, headerChecksumAt)), headerChecksumAt);
  return header;
}

/** The marker of a file, or nothing when it does not begin as a file of the log does. */
export function decodeFileHeader(file: Buffer): Buffer | undefined {
  if (file.length < fileHeaderBytes || !file.subarray(0, formatName.length).equals(formatName))
    return undefined;
  if (file.readUInt32BE(headerChecksumAt) !== crc32(file.subarray(0, headerChecksumAt))) return undefined;
  return file.subarray(formatName.length, headerChecksumAt);
}

export function encodeBatch(marker: Buffer, records: readonly Buffer[]): Buffer {
  const contentBytes = records.reduce((sum, record) => sum + 4 + record.length, 0);
  const batch = Buffer.allocUnsafe(batchHeaderBytes + contentBytes);
  marker.copy(batch);
  batch.writeUInt32BE(contentBytes, markerBytes);
  let position = batchHeaderBytes;
  for (const record of records) {
    position = batch.writeUInt32BE(record.length, position);
    position += record.copy(batch, position);
  }
  batch.writeUInt32BE(checksum(batch, 0, contentBytes), markerBytes + 4);
  return batch;
}

export interface Batch {
  readonly records: Buffer[];
  /** Where the next batch begins. */
  readonly end: number;
}

/** The batch that begins here, or nothing when there is no whole one. */
export function decodeBatch(file: Buffer, at: number, marker: Buffer): Batch | undefined {
  const contentAt = at + batchHeaderBytes;
  if (contentAt > file.length || file.compare(marker, 0, markerBytes, at, at + markerBytes) !== 0)
    return undefined;
  const contentBytes = file.readUInt32BE(at + markerBytes);
  const end = contentAt + contentBytes;
  if (end > file.length || file.readUInt32BE(at + markerBytes + 4) !== checksum(file, at, contentBytes))
    return undefined;
  return { records: decodeContent(file.subarray(contentAt, end)), end };
}

/** Whether any whole batch begins at this place or later. */
export function hasBatchFrom(file: Buffer, at: number, marker: Buffer): boolean {
  for (let found = file.indexOf(marker, at); found >= 0; found = file.indexOf(marker, found + 1)) {
    if (decodeBatch(file, found, marker)) return true;
  }
  return false;
}

function checksum(file: Buffer, at: number, contentBytes: number): number {
  const length = crc32(file.subarray(at + markerBytes, at + markerBytes + 4));
  return crc32(file.subarray(at + batchHeaderBytes, at + batchHeaderBytes + contentBytes), length);
}

function decodeContent(content: Buffer): Buffer[] {
  const records: Buffer[] = [];
  for (let at = 0; at + 4 <= content.length;) {
    const end = at + 4 + content.readUInt32BE(at);
    records.push(content.subarray(at + 4, end));
    at = end;
  }
  return records;
}
