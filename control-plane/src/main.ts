import 'reflect-metadata';
import { announceReady, onStop } from '@leasehold/processes';
import { parseSettings, SettingsError } from '@leasehold/settings';
import { startControlPlane } from './start-control-plane.js';

/** The control plane as a program: role `api`, `worker` or `all` (LEASEHOLD_ROLE). */
try {
  const program = await startControlPlane(parseSettings('control-plane', process.env));
  onStop(() => program.stop(), { deadlineMs: 20_000 });
  announceReady({ port: program.port, firstRun: program.firstRun });
} catch (error) {
  const sentence = error instanceof SettingsError ? error.message : error;
  process.stderr.write(
    `${sentence instanceof Error ? (sentence.stack ?? sentence.message) : String(sentence)}\n`,
  );
  process.exitCode = 1;
  if (process.connected) process.disconnect();
}
