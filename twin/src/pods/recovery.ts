import { stopIdentified } from '@leasehold/processes';
import type { Logger } from 'pino';
import type { PodRecord } from './pod-records.repository.js';

const politeMs = 2_000;

/**
 * Ends the processes that an earlier twin wrote down and did not end. A pid that belongs to another process by now is
 * left alone, and a zombie is dead already.
 */
export async function endLeftovers(records: readonly PodRecord[], log: Logger): Promise<void> {
  await Promise.all(
    records.map(async ({ name, pid, pidStarted }) => {
      if (pid === null || pidStarted === null) return;
      const stopped = await stopIdentified({ pid, startedAt: pidStarted }, politeMs);
      if (stopped) log.warn({ pod: name, pid }, 'Ended the process of a pod that outlived an earlier twin.');
    }),
  );
}

/**
 * How a pod of an earlier twin goes on: asleep when it had been ready, so that a start with many clients is instant;
 * from its start when it never was. Undefined when it was on its way out, or its Deployment is gone.
 */
export function adoptedState(
  { phase, ready, restarts, specHash }: PodRecord,
  wantedHash: string | undefined,
): Pick<PodRecord, 'phase' | 'ready' | 'message' | 'restarts'> | undefined {
  if (wantedHash === undefined || (phase === 'Stopping' && !ready)) return undefined;
  // The template of an earlier spec is not kept, so a pod of it could not be started again.
  if (specHash !== wantedHash) return undefined;
  return { phase: ready ? 'Asleep' : 'Pending', ready, message: '', restarts };
}
