import { describe, expect, it } from 'vitest';
import { lastWords } from './last-words.js';

describe('what a failed program said', () => {
  it.each([
    ['nothing', [], ''],
    ['one sentence', ['', 'The moon is full.'], 'The moon is full.'],
    ['several lines', ['a', 'b', 'c', 'd'], 'b c d'],
    [
      'an uncaught error as Node prints it',
      [
        'node:internal/modules/cjs/loader:1210',
        '  throw err;',
        '  ^',
        '',
        "Error: Cannot find module '/x.js'",
        '    at Module._resolve (node:internal/x:1:2)',
        "  code: 'MODULE_NOT_FOUND',",
        '}',
        'Node.js v24.21.0',
      ],
      "Cannot find module '/x.js'",
    ],
    ['an error with a code', ['TypeError [ERR_X]: no such thing', '    at a.js:1'], 'no such thing'],
  ])('is found in %s', (_what, lines, words) => {
    expect(lastWords(lines)).toBe(words);
  });
});
