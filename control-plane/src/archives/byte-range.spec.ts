import { describe, expect, it } from 'vitest';
import { byteRange } from './byte-range.js';

describe('a range of 100 bytes', () => {
  it.each([
    [undefined, 'all'],
    ['bytes=0-', { first: 0, last: 99 }],
    ['bytes=40-', { first: 40, last: 99 }],
    ['bytes=0-0', { first: 0, last: 0 }],
    ['bytes=10-19', { first: 10, last: 19 }],
    ['bytes=90-500', { first: 90, last: 99 }],
    ['bytes=-10', { first: 90, last: 99 }],
    ['bytes=-500', { first: 0, last: 99 }],
    ['bytes=-0', 'none'],
    ['bytes=100-', 'none'],
    ['bytes=20-10', 'all'],
    ['bytes=0-1,5-6', 'all'],
    ['bytes=-', 'all'],
    ['lines=0-1', 'all'],
    ['bytes=x-', 'all'],
  ] as const)('%s', (header, range) => {
    expect(byteRange(header, 100)).toEqual(range);
  });
});
