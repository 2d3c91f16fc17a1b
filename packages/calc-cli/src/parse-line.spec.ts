import { describe, expect, it } from 'vitest';
import { parseLine } from './parse-line.js';

describe('a line at the prompt', () => {
  it.each([
    ['add 2 5', { method: 'Add', request: { a: '2', b: '5' } }],
    ['  max \t -2   5 ', { method: 'Max', request: { a: '-2', b: '5' } }],
    ['np 2 12', { method: 'NthPrimes', request: { n: ['2', '12'] } }],
    ['np 0', { method: 'NthPrimes', request: { n: ['0'] } }],
    [
      'add -9223372036854775808 9223372036854775807',
      { method: 'Add', request: { a: '-9223372036854775808', b: '9223372036854775807' } },
    ],
  ])('%j is a call', (line, call) => {
    expect(parseLine(line)).toEqual({ kind: 'call', call });
  });

  it.each([
    ['add', 'expected 2 parameters'],
    ['add 1', 'expected 2 parameters'],
    ['max 1 2 3', 'expected 2 parameters'],
    ['np', 'expected at least 1 parameter'],
    ['add x 5', 'x is not an int64'],
    ['add 5 1.5', '1.5 is not an int64'],
    ['max 9223372036854775808 1', '9223372036854775808 is not an int64'],
    ['max 1 -9223372036854775809', '-9223372036854775809 is not an int64'],
    ['add 0x1 1', '0x1 is not an int64'],
    ['np 1 x', 'x is not a uint64'],
    ['np -1', '-1 is not a uint64'],
    ['np 18446744073709551616', '18446744073709551616 is not a uint64'],
  ])('%j is told: %s', (line, text) => {
    expect(parseLine(line)).toEqual({ kind: 'say', text });
  });

  it.each([
    ['', 'nothing'],
    ['   ', 'nothing'],
    ['help', 'help'],
    ['sub 1 2', 'help'],
    ['ADD 1 2', 'help'],
    ['exit', 'exit'],
  ])('%j means %s', (line, kind) => {
    expect(parseLine(line)).toEqual({ kind });
  });
});
