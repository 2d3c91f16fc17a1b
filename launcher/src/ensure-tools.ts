/** Gets all tools and prints their progress; run by the set-up of the tests. */
import { onStop } from '@leasehold/processes';
import { parseSettings } from '@leasehold/settings';
import { explainFailure } from './explain-failure.js';
import { ensureAllTools } from './tools-phase.js';

onStop(() => Promise.resolve());
try {
  const { LEASEHOLD_TOOLS_DIR } = parseSettings('cli', process.env);
  await ensureAllTools(LEASEHOLD_TOOLS_DIR, (line) => process.stdout.write(`  ${line}\n`));
  process.exit(0);
} catch (error) {
  process.stderr.write(`\n${explainFailure(error, undefined)}\n`);
  process.exit(1);
}
