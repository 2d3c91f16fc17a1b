import { dirname } from 'node:path';

/**
 * What a service inherits: the user's environment without any LEASEHOLD_ or emulator setting (each service is told its own), and with this
 * program's Node first on PATH, so that whatever a service starts as `node` is the pinned one.
 */
export function inheritedEnvironment(env: NodeJS.ProcessEnv, execPath: string): NodeJS.ProcessEnv {
  const kept = Object.entries(env).filter(
    ([name]) => !name.startsWith('LEASEHOLD_') && name !== 'BIGTABLE_EMULATOR_HOST',
  );
  return { ...Object.fromEntries(kept), PATH: `${dirname(execPath)}:${env['PATH'] ?? '/usr/bin:/bin'}` };
}
