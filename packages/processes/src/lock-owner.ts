import { z } from 'zod';
import type { MachineFacts } from './machine.js';

export const lockOwner = z.object({
  pid: z.int(),
  startedAt: z.string(),
  host: z.string(),
  boot: z.string(),
  pidNamespace: z.string(),
  /** For people: what the lock is held for. */
  purpose: z.string(),
  since: z.string(),
});

/** Who holds a lock, where, and what for. */
export type LockOwner = z.output<typeof lockOwner>;

/**
 * How to find out whether an owner still lives: by its process identity where its pid means something here, by the
 * heartbeat of its lock where it does not (another container or machine on a shared disk); after a reboot it is dead.
 */
export function howToVerify(owner: LockOwner, here: MachineFacts): 'identity' | 'heartbeat' | 'dead' {
  if (owner.host !== here.host || owner.pidNamespace !== here.pidNamespace) return 'heartbeat';
  return owner.boot === here.boot ? 'identity' : 'dead';
}
