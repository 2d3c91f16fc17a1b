import { z } from 'zod';

const longest = 500;
const logEntry = z.object({ message: z.string().optional(), msg: z.string().optional() });

/** The line of a log's end that says most about a crash: not a stack frame, a brace or Node's own version line. */
export function tellingLine(tail: string): string {
  const lines = tail
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !/^(at |Node\.js v|[{}\]^]+$)/.test(line));
  const error = lines.findLast((line) => /^[A-Za-z]*Error\b/.test(line));
  return messageOf(error ?? lines.at(-1) ?? '').slice(0, longest);
}

/** The message of a JSON log line; any other line as it is. */
function messageOf(line: string): string {
  try {
    const entry = logEntry.parse(JSON.parse(line));
    return entry.message ?? entry.msg ?? line;
  } catch {
    return line;
  }
}

/** `exit code 1: Error: no such table`. */
export function crashMessage(exit: string, tail: string): string {
  const line = tellingLine(tail);
  return line === '' ? `${exit}, nothing was logged` : `${exit}: ${line}`;
}
