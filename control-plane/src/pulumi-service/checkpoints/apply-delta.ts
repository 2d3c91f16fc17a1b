import { createHash } from 'node:crypto';
import type { TextEdit } from '../wire/requests.js';

/**
 * Applies the edits of a delta checkpoint to the last full one. Offsets count bytes of the old text; edits do not overlap.
 * @returns undefined when the result is not what the sender has (its SHA-256 differs): it then sends the whole
 */
export function applyDelta(before: Buffer, edits: readonly TextEdit[], sha256: string): Buffer | undefined {
  const pieces: Buffer[] = [];
  let at = 0;
  for (const { Span, NewText } of [...edits].sort((a, b) => a.Span.start.offset - b.Span.start.offset)) {
    if (Span.start.offset < at || Span.end.offset > before.length) return undefined;
    pieces.push(before.subarray(at, Span.start.offset), Buffer.from(NewText));
    at = Span.end.offset;
  }
  const after = Buffer.concat([...pieces, before.subarray(at)]);
  return createHash('sha256').update(after).digest('hex') === sha256 ? after : undefined;
}
