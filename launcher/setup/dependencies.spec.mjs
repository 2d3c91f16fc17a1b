import { describe, expect, it } from 'vitest';
import { explainNpm, isCurrent } from './dependencies.mjs';

const wanted = {
  '': { version: '0.1.0' },
  'node_modules/a': { version: '1.0.0', integrity: 'sha512-a' },
  'node_modules/only-on-macos': { version: '1.0.0', integrity: 'sha512-m', optional: true },
};

describe('whether the dependencies are installed', () => {
  it('they are when each is there in the wanted version; those of other platforms may be missing', () => {
    expect(isCurrent(wanted, { 'node_modules/a': { version: '1.0.0', integrity: 'sha512-a' } })).toBe(true);
  });

  it.each([
    ['nothing was ever installed', undefined],
    ['one is missing', {}],
    ['one is another version', { 'node_modules/a': { version: '1.0.1', integrity: 'sha512-b' } }],
    [
      'one is other content under the same version',
      { 'node_modules/a': { version: '1.0.0', integrity: 'sha512-x' } },
    ],
  ])('they are not when %s', (_what, present) => {
    expect(isCurrent(wanted, present)).toBe(false);
  });
});

describe('why npm failed', () => {
  it.each([
    [
      'npm error code EAI_AGAIN\nnpm error request failed',
      /npm registry cannot be reached: check the network/,
    ],
    ['npm error code ENOSPC\nnpm error nospc', /^The disk is full/],
    [
      'npm error code EUSAGE\nnpm error The lock file is not in sync',
      /^npm ci failed: code EUSAGE The lock file is not in sync$/,
    ],
    ['', /^npm ci failed: it said nothing$/],
  ])('is one sentence for %j', (output, sentence) => {
    expect(explainNpm(output)).toMatch(sentence);
    expect(explainNpm(output)).not.toContain('\n');
  });
});
