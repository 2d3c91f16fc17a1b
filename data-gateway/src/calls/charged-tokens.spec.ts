import { expect, test } from 'vitest';
import { methods } from '../backend/bigtable-paths.js';
import { chargedTokens } from './charged-tokens.js';

test.each([
  [undefined, 0],
  ['1', 1],
  ['999999999999', 999_999_999_999],
])('%s says %d', (header, tokens) => {
  expect(chargedTokens(header, methods.checkAndMutateRow)).toBe(tokens);
});

test.each(['', '0', '-1', '1.5', '1e3', '01', '1, 2', '1000000000000', 'many'])(
  'what is no number of tokens is refused: %j',
  (header) => {
    expect(() => chargedTokens(header, methods.mutateRow)).toThrow(/whole number/);
  },
);

test('a read charges nothing', () => {
  expect(() => chargedTokens('1', methods.readRows)).toThrow(/goes with a write/);
});
