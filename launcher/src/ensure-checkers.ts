/** Gets the checkers that only tests run; where they cannot be had, the one line on standard output says why. */
import { onStop } from '@leasehold/processes';
import { parseSettings } from '@leasehold/settings';
import { ensureCheckers, ToolUnavailableError } from '@leasehold/toolchain';
import { explainFailure } from './explain-failure.js';

/** As `launcher/setup/checkers.mjs` reads it: not here, which is no failure. */
const notHere = 3;

onStop(() => Promise.resolve());
try {
  const { LEASEHOLD_TOOLS_DIR: toolsDir } = parseSettings('cli', process.env);
  await ensureCheckers({ toolsDir, onProgress: (line) => process.stderr.write(`  ${line}\n`) });
  process.exit(0);
} catch (error) {
  if (error instanceof ToolUnavailableError) {
    process.stdout.write(`${error.message}\n`);
    process.exit(notHere);
  }
  process.stderr.write(`\n${explainFailure(error, undefined)}\n`);
  process.exit(1);
}
