import { open, type FileHandle } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';

export interface LogRequest {
  /** How many of the last lines come first. */
  tail: number;
  /** Goes on with what is printed from then on, until the signal aborts. */
  follow: boolean;
  signal: AbortSignal;
}

const pieceBytes = 64 * 1024;
const lookAgainMs = 200;

/**
 * What a pod has printed, from the files that {@link LogFile} writes; nothing for a pod that has not printed yet. Pieces
 * end where a line ends, but for the last one of a file.
 */
export async function* readLog(path: string, request: LogRequest): AsyncGenerator<Buffer, void, undefined> {
  let file = await openIfThere(path);
  try {
    let at = 0;
    if (file) {
      const { size } = await file.stat();
      const begun = await lastLines(file, size, request.tail);
      if (begun.missing > 0) yield* lastOfEarlier(`${path}.1`, begun.missing);
      if (begun.text.length > 0) yield begun.text;
      at = size;
    }
    while (request.follow && !request.signal.aborted) {
      if (file) {
        for await (const piece of from(file, at)) {
          at += piece.length;
          yield piece;
        }
      }
      const next = await successor(path, file);
      if (next) {
        // What was printed into the full file before it was put aside.
        if (file) yield* from(file, at);
        await file?.close();
        file = next;
        at = 0;
        continue;
      }
      await delay(lookAgainMs, undefined, { signal: request.signal }).catch(() => undefined);
    }
  } finally {
    await file?.close();
  }
}

/** The file that now has the name, when it is another one than the one in hand. */
async function successor(path: string, current: FileHandle | undefined): Promise<FileHandle | undefined> {
  const found = await openIfThere(path);
  if (found === undefined || current === undefined) return found;
  const [now, before] = await Promise.all([found.stat(), current.stat()]);
  if (now.ino !== before.ino) return found;
  await found.close();
  return undefined;
}

async function* from(file: FileHandle, position: number): AsyncGenerator<Buffer, void, undefined> {
  for (let at = position; ;) {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(pieceBytes), 0, pieceBytes, at);
    if (bytesRead === 0) return;
    at += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}

/** The last lines of a file, and how many it lacks of those that were asked for. */
async function lastLines(
  file: FileHandle,
  size: number,
  lines: number,
): Promise<{ text: Buffer; missing: number }> {
  let text: Buffer = Buffer.alloc(0);
  for (let at = size; at > 0;) {
    const length = Math.min(pieceBytes, at);
    at -= length;
    const { buffer } = await file.read(Buffer.alloc(length), 0, length, at);
    text = Buffer.concat([buffer, text]);
    const start = startOfLast(text, lines);
    if (start !== undefined) return { text: text.subarray(start), missing: 0 };
  }
  return { text, missing: lines - countLines(text) };
}

async function* lastOfEarlier(path: string, lines: number): AsyncGenerator<Buffer, void, undefined> {
  const file = await openIfThere(path);
  if (file === undefined) return;
  try {
    const { text } = await lastLines(file, (await file.stat()).size, lines);
    if (text.length > 0) yield text;
  } finally {
    await file.close();
  }
}

const newline = 10;

/** Where the last `lines` lines begin; undefined when the text may hold fewer. */
function startOfLast(text: Buffer, lines: number): number | undefined {
  if (lines === 0) return text.length;
  let at = text.at(-1) === newline ? text.length - 1 : text.length;
  for (let found = 0; found < lines; found++) {
    at = at <= 0 ? -1 : text.lastIndexOf(newline, at - 1);
    if (at === -1) return undefined;
  }
  return at + 1;
}

function countLines(text: Buffer): number {
  let count = text.length > 0 && text.at(-1) !== newline ? 1 : 0;
  for (const byte of text) if (byte === newline) count += 1;
  return count;
}

async function openIfThere(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, 'r');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
