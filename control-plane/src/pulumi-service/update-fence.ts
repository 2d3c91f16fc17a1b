import { PulumiApiError } from './pulumi-api-error.js';
import type { Update } from './updates.repository.js';

type Holder = Pick<Update, 'subject' | 'epoch'>;

/** Whether an update may end a running one: the same subject's lease was handed out anew since that one started. */
export function supersedes(next: Holder, running: Holder): boolean {
  return (
    next.subject !== null &&
    next.subject === running.subject &&
    next.epoch !== null &&
    running.epoch !== null &&
    next.epoch > running.epoch
  );
}

/** Why a write of an update is not (or no longer) allowed; undefined when it is. */
export function whyNot(
  updateId: string,
  update: Pick<Update, 'state' | 'live' | 'fenced' | 'subject'> | undefined,
): PulumiApiError | undefined {
  if (!update) return new PulumiApiError(403, `The token is not that of the update ${updateId}.`);
  if (update.fenced)
    return new PulumiApiError(
      409,
      `Conflict: ${update.subject ?? 'the stack'} was taken over by a newer run; this one must end.`,
    );
  if (update.state !== 'running')
    return new PulumiApiError(409, `Conflict: The update ${updateId} is not running: it is ${update.state}.`);
  if (!update.live)
    return new PulumiApiError(409, `Conflict: The lease of the update ${updateId} has run out.`);
  return undefined;
}
