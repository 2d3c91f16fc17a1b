import { describe, expect, it } from 'vitest';
import { notRun, readReport, summarise } from './test-tiers.mjs';

const report = (passed, failed, files = []) =>
  JSON.stringify({ numPassedTests: passed, numFailedTests: failed, numPendingTests: 0, testResults: files });
const run = { code: 0, seconds: 2 };

describe('what a test run came to', () => {
  it('ends with the count alone on the last line', () => {
    const results = [readReport('unit', report(3, 0), run), readReport('engine', report(4, 0), run)];
    const { lines, exitCode } = summarise(results);
    expect(lines.at(-1)).toBe('7 passed, 0 failed');
    expect(lines).toContain('  unit         3 passed, 0 failed in 2 s');
    expect(exitCode).toBe(0);
  });

  it('names a tier that did not run', () => {
    const { lines } = summarise([
      readReport('unit', report(1, 0), run),
      readReport('e2e', report(0, 0), run),
    ]);
    expect(lines).toContain('  e2e          did not run: no test files yet');
  });

  it('says why a tier cannot run on a machine, which is no failure', () => {
    const { lines, exitCode } = summarise([
      readReport('unit', report(1, 0), run),
      notRun('external', 'there is no Python'),
    ]);
    expect(lines).toContain('  external     did not run: there is no Python');
    expect(exitCode).toBe(0);
  });

  it.each([
    ['a test failed', report(5, 1), { code: 1, seconds: 1 }],
    [
      'a file could not be loaded',
      report(5, 0, [{ status: 'failed', assertionResults: [] }]),
      { code: 1, seconds: 1 },
    ],
    ['Vitest found an error outside of a test', report(5, 0), { code: 1, seconds: 1 }],
    ['Vitest wrote no report', undefined, { code: 1, seconds: 1 }],
    ['the report is cut off', '{"numPassedTests": 5', { code: 0, seconds: 1 }],
    ['no test ran at all', report(0, 0), run],
  ])('fails when %s', (_what, text, ended) => {
    expect(summarise([readReport('unit', text, ended)]).exitCode).toBe(1);
  });
});
