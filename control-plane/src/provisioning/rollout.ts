import { AppError } from '../platform/app-error.js';
import type { Target } from '../targets/target.js';
import { quickPolling, type Polling } from './polling.js';

/** The Deployment that a tenant's page comes from. */
export interface Workload {
  readonly namespace: string;
  readonly deployment: string;
}

/**
 * Waits until every pod of a Deployment is of its newest form and ready.
 * @throws AppError `not_rolled_out` when that is hopeless, or after the deadline, with what the pods say.
 */
export async function waitUntilRolledOut(
  target: Pick<Target, 'rollout'>,
  workload: Workload,
  signal: AbortSignal,
  { firstMs, longestMs, deadlineMs }: Polling = quickPolling,
): Promise<void> {
  const deadline = performance.now() + deadlineMs;
  for (let pause = firstMs; ; pause = Math.min(longestMs, pause * 1.3)) {
    signal.throwIfAborted();
    const { complete, message, stuck } = await target.rollout(workload.namespace, workload.deployment);
    if (complete) return;
    if (stuck !== undefined) throw notRolledOut(workload, `The new pods do not become ready. ${stuck}`);
    if (performance.now() + pause > deadline) {
      const seconds = Math.round(deadlineMs / 1000);
      throw notRolledOut(workload, `The new pods did not become ready within ${seconds} s. ${message}`);
    }
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}

function notRolledOut({ namespace, deployment }: Workload, publicMessage: string): AppError {
  return new AppError('unavailable', 'not_rolled_out', {
    publicMessage,
    resource: `${namespace}/${deployment}`,
    retryable: true,
    logLevel: 'warn',
  });
}
