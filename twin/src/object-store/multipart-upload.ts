import { z } from 'zod';
import { isObjectName } from './object-name.js';

const metadata = z.object({
  name: z.string().refine(isObjectName).optional(),
  contentType: z.string().optional(),
  cacheControl: z.string().optional(),
});

export interface Upload {
  name?: string | undefined;
  contentType: string;
  cacheControl?: string | undefined;
  body: Buffer;
}

/**
 * Reads a `multipart/related` upload: a part of JSON that describes the object, then the object. Undefined when it is
 * not of that form (cloud.google.com/storage/docs/uploading-objects, multipart upload).
 */
export function readMultipart(contentType: string, bytes: Buffer): Upload | undefined {
  const [, quoted, bare] =
    /^multipart\/related\s*;.*\bboundary=(?:"([^"]+)"|([^\s;]+))/i.exec(contentType) ?? [];
  const boundary = quoted ?? bare;
  if (boundary === undefined) return undefined;
  const parts = splitParts(bytes, boundary);
  const [first, second] = parts;
  if (parts.length !== 2 || first === undefined || second === undefined) return undefined;
  const described = metadata.safeParse(parseJson(first.body));
  if (!described.success) return undefined;
  const { name, cacheControl } = described.data;
  return {
    name,
    cacheControl,
    contentType: described.data.contentType ?? second.contentType,
    body: second.body,
  };
}

interface Part {
  contentType: string;
  body: Buffer;
}

/** RFC 2046, section 5.1.1: the line break before a boundary belongs to the boundary. */
function splitParts(bytes: Buffer, boundary: string): Part[] {
  const delimiter = Buffer.from(`\r\n--${boundary}`);
  const whole = Buffer.concat([Buffer.from('\r\n'), bytes]);
  const parts: Part[] = [];
  let start = whole.indexOf(delimiter);
  while (start !== -1) {
    start += delimiter.length;
    const end = whole.indexOf(delimiter, start);
    if (end === -1 || whole.subarray(start, start + 2).toString() === '--') break;
    const part = readPart(whole.subarray(start, end));
    if (part) parts.push(part);
    start = end;
  }
  return parts;
}

function readPart(bytes: Buffer): Part | undefined {
  const blank = bytes.indexOf('\r\n\r\n');
  if (blank === -1) return undefined;
  const [, contentType] = /^content-type:\s*(.+?)\s*$/im.exec(bytes.subarray(0, blank).toString()) ?? [];
  return { contentType: contentType ?? 'application/octet-stream', body: bytes.subarray(blank + 4) };
}

function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString());
  } catch {
    return undefined;
  }
}
