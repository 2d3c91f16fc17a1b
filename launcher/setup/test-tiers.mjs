/** The tiers of docs/testing.md in the order in which they run; the names are Vitest's projects. */
export const tiers = ['unit', 'integration', 'external', 'engine', 'e2e', 'fault'];

/**
 * What one tier's run came to.
 * @typedef {{ tier: string, passed: number, failed: number, skipped: number, seconds: number, note?: string }} TierResult
 */

/**
 * Reads Vitest's JSON report of one tier. A file that could not even be loaded counts as one failure.
 * @param {string} tier
 * @param {string | undefined} report the text of the report; undefined when there is none
 * @param {{ code: number, seconds: number }} run
 * @returns {TierResult}
 */
export function readReport(tier, report, { code, seconds }) {
  const parsed = parse(report);
  if (!parsed)
    return {
      tier,
      passed: 0,
      failed: 1,
      skipped: 0,
      seconds,
      note: `Vitest ended with code ${code} and no report`,
    };
  const brokenFiles = (parsed.testResults ?? []).filter(
    (file) => file.status === 'failed' && (file.assertionResults ?? []).length === 0,
  );
  const passed = parsed.numPassedTests ?? 0;
  const failed = (parsed.numFailedTests ?? 0) + brokenFiles.length;
  const skipped = (parsed.numPendingTests ?? 0) + (parsed.numTodoTests ?? 0);
  const result = { tier, passed, failed, skipped, seconds };
  if (passed + failed === 0) return { ...result, note: 'no test files yet' };
  if (failed === 0 && code !== 0)
    return { ...result, failed: 1, note: `Vitest ended with code ${code}: an error outside of a test` };
  return result;
}

/**
 * The result of a tier that cannot run on this machine.
 * @param {string} tier
 * @param {string} note why
 * @returns {TierResult}
 */
export function notRun(tier, note) {
  return { tier, passed: 0, failed: 0, skipped: 0, seconds: 0, note };
}

function parse(text) {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * The last lines of a test run: a line per tier, what did not run and why, and the count alone on the last line.
 * @param {readonly TierResult[]} results
 * @param {readonly string[]} remarks
 * @returns {{ lines: string[], exitCode: number }} not 0 when a test failed or none ran
 */
export function summarise(results, remarks = []) {
  const passed = sum(results, 'passed');
  const failed = sum(results, 'failed');
  const lines = results.map((result) => {
    const name = result.tier.padEnd(12);
    if (result.passed + result.failed === 0) return `  ${name} did not run: ${result.note ?? 'no tests'}`;
    const skipped = result.skipped > 0 ? `, ${result.skipped} skipped` : '';
    const note = result.note ? ` (${result.note})` : '';
    return `  ${name} ${result.passed} passed, ${result.failed} failed${skipped} in ${result.seconds.toFixed(0)} s${note}`;
  });
  return {
    lines: [
      '',
      'Tiers:',
      ...lines,
      ...remarks.map((remark) => `  ${remark}`),
      '',
      `${passed} passed, ${failed} failed`,
    ],
    exitCode: failed > 0 || passed === 0 ? 1 : 0,
  };
}

function sum(results, field) {
  return results.reduce((total, result) => total + result[field], 0);
}
