/**
 * `npm test`: sets up like `npm start`, then runs all tiers of tests, one after the other.
 * `npm test -- unit integration` runs only those tiers, `npm test -- packages/processes` only tests below that path.
 */
import { fileURLToPath } from 'node:url';
import { findBrowser } from './setup/browser.mjs';
import { ensureCheckers } from './setup/checkers.mjs';
import { phase } from './setup/phase.mjs';
import { runTier } from './setup/run-tier.mjs';
import { reportFailure, setUp } from './setup/set-up.mjs';
import { notRun, summarise, tiers } from './setup/test-tiers.mjs';
import { ensureTools } from './setup/tools.mjs';

const repository = fileURLToPath(new URL('..', import.meta.url));
const words = process.argv.slice(2);
const chosen = words.some((word) => tiers.includes(word))
  ? tiers.filter((tier) => words.includes(tier))
  : tiers;
const filters = words.filter((word) => !tiers.includes(word));

let interrupted = false;
process.once('SIGINT', () => (interrupted = true)).once('SIGTERM', () => (interrupted = true));

try {
  await setUp(repository);
  await phase('tools', () => ensureTools(repository));
  const browser = findBrowser();
  const env = { ...process.env, ...(browser ? { CHROMIUM_PATH: browser } : {}) };
  const results = [];
  for (const tier of chosen) {
    if (interrupted) break;
    const missing = tier === 'external' ? await ensureCheckers(repository) : undefined;
    results.push(
      missing === undefined ? await runTier(repository, tier, filters, env) : notRun(tier, missing),
    );
  }
  const { lines, exitCode } = summarise(results, remarks(browser));
  console.log(lines.join('\n'));
  process.exitCode = interrupted ? 130 : exitCode;
} catch (error) {
  process.exitCode = reportFailure(error);
}

function remarks(browser) {
  const left = tiers.filter((tier) => !chosen.includes(tier));
  return [
    ...(left.length > 0 ? [`${left.join(', ')}: not asked for`] : []),
    browser
      ? `browser: ${browser}`
      : 'browser: no Chromium on this machine, so tests in a browser cannot run',
    ...(interrupted ? ['interrupted: the tiers after this were not run'] : []),
  ];
}
