import { createHash } from 'node:crypto';

/** cloud.google.com/storage/docs/objects#naming: 1 to 1,024 bytes of UTF-8, no line breaks, neither `.` nor `..`. */
export function isObjectName(name: string): boolean {
  const bytes = Buffer.byteLength(name);
  return (
    bytes >= 1 &&
    bytes <= 1_024 &&
    !/[\r\n\0]/.test(name) &&
    name !== '.' &&
    name !== '..' &&
    name.isWellFormed()
  );
}

/** cloud.google.com/storage/docs/buckets#naming */
export function isBucketName(name: string): boolean {
  return /^[a-z0-9][a-z0-9._-]{1,220}[a-z0-9]$/.test(name) && !name.includes('..');
}

/** The file of an object: a digest, so that no name can lead out of the folder or be too long for it. */
export function fileOf(objectName: string): string {
  return `${createHash('sha256').update(objectName).digest('hex')}.object`;
}
