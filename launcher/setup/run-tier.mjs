import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pinnedEnvironment, pinnedNode } from './pinned-node.mjs';
import { readReport } from './test-tiers.mjs';

/**
 * Runs one tier with Vitest, its output as it comes, and reads what it came to.
 * @param {string} repository
 * @param {string} tier
 * @param {readonly string[]} filters paths, as Vitest takes them
 * @param {NodeJS.ProcessEnv} env
 */
export async function runTier(repository, tier, filters, env) {
  const folder = mkdtempSync(join(tmpdir(), 'leasehold-report-'));
  const file = join(folder, 'report.json');
  const began = performance.now();
  console.log(`\n── ${tier} tests`);
  try {
    const code = await runVitest(repository, tier, file, filters, env);
    const seconds = (performance.now() - began) / 1000;
    return readReport(tier, existsSync(file) ? readFileSync(file, 'utf8') : undefined, { code, seconds });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function runVitest(repository, tier, file, filters, env) {
  const vitest = join(repository, 'node_modules', 'vitest', 'vitest.mjs');
  const args = [
    'run',
    '--project',
    tier,
    '--passWithNoTests',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${file}`,
  ];
  const child = spawn(pinnedNode(repository), [vitest, ...args, ...filters], {
    cwd: repository,
    env: pinnedEnvironment(repository, env),
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const forward = (signal) => child.kill(signal);
  process.on('SIGINT', forward).on('SIGTERM', forward);
  return new Promise((resolve) => {
    child.once('error', () => resolve(127));
    child.once('exit', (code, signal) => {
      process.off('SIGINT', forward).off('SIGTERM', forward);
      resolve(code ?? (signal ? 130 : 1));
    });
  });
}
