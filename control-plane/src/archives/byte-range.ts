import type { ByteRange } from './archive-reader.js';

/**
 * What a `Range` header asks of a representation (RFC 9110, section 14): one range of bytes. A header that is not one is ignored, as the
 * RFC has it, and so are several ranges.
 * @returns the range, `all` without a usable one, or `none` when it lies beyond the end.
 */
export function byteRange(header: string | undefined, size: number): ByteRange | 'all' | 'none' {
  const [, from, to] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header ?? '') ?? [];
  if (from === undefined || to === undefined || (from === '' && to === '')) return 'all';
  if (from === '') {
    const count = Number(to);
    return count === 0 ? 'none' : { first: Math.max(0, size - count), last: size - 1 };
  }
  const first = Number(from);
  const last = to === '' ? size - 1 : Math.min(Number(to), size - 1);
  if (to !== '' && Number(to) < first) return 'all';
  return first >= size ? 'none' : { first, last };
}
