import { compile } from './compile.mjs';
import { installDependencies } from './dependencies.mjs';
import { phase } from './phase.mjs';
import { whyUnsupported } from './requirements.mjs';
import { SetupError } from './setup-error.mjs';
import { withSetupLock } from './setup-lock.mjs';
import { buildTemplateImages } from './template-images.mjs';

/**
 * Everything between a fresh clone and compiled code.
 * @param {string} repository
 * @throws {SetupError} with a message for people
 */
export async function setUp(repository) {
  const why = whyUnsupported({ nodeVersion: process.versions.node, platform: process.platform });
  if (why) throw new SetupError(why);
  await withSetupLock(repository, async () => {
    await phase('dependencies', () => installDependencies(repository));
    await phase('compilation', () => compile(repository));
    await phase('template images', () => buildTemplateImages(repository));
  });
}

/** Prints why the set-up failed, for people, and returns the exit code. */
export function reportFailure(error) {
  if (error instanceof SetupError) console.error(`\n${error.message}`);
  else if (error?.code === 'ENOSPC') console.error('\nThe disk is full: free some space and start again.');
  else console.error(`\nThe set-up failed: ${error?.message ?? error}`);
  return 1;
}
