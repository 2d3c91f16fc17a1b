import { AppError } from '../platform/app-error.js';
import type { Target } from '../targets/target.js';
import { quickPolling, type Polling } from './reachability.js';

/**
 * Waits until every pod of a Deployment is of its newest form and ready.
 * @throws AppError `not_rolled_out` after the deadline, with what the pods say.
 */
export async function waitUntilRolledOut(
  target: Pick<Target, 'rollout'>,
  workload: { readonly namespace: string; readonly deployment: string },
  signal: AbortSignal,
  { firstMs, longestMs, deadlineMs }: Polling = quickPolling,
): Promise<void> {
  const deadline = performance.now() + deadlineMs;
  for (let pause = firstMs; ; pause = Math.min(longestMs, pause * 1.3)) {
    signal.throwIfAborted();
    const { complete, message } = await target.rollout(workload.namespace, workload.deployment);
    if (complete) return;
    if (performance.now() + pause > deadline) {
      throw new AppError('unavailable', 'not_rolled_out', {
        publicMessage: `The new pods did not become ready within ${Math.round(deadlineMs / 1000)} s. ${message}`,
        resource: `${workload.namespace}/${workload.deployment}`,
        retryable: true,
        logLevel: 'warn',
      });
    }
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}
