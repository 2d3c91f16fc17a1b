import 'reflect-metadata';
import { announceReady, onStop } from '@leasehold/processes';
import { parseSettings, SettingsError } from '@leasehold/settings';
import { startControlPlane } from './start-control-plane.js';

/** The control plane as a program: role `api`, `worker` or `all` (LEASEHOLD_ROLE). */
try {
  const starting = startControlPlane(parseSettings('control-plane', process.env));
  // From the first moment on: a parent that dies during the start must not leave this program behind.
  onStop(async () => (await starting).stop(), { deadlineMs: 20_000 });
  const program = await starting;
  announceReady({ port: program.port, firstRun: program.firstRun });
} catch (error) {
  process.stderr.write(`${sentenceOf(error)}\n`);
  process.exit(1);
}

/** A wrong setting is the reader's to mend and needs no stack. */
function sentenceOf(error: unknown): string {
  if (error instanceof SettingsError) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
