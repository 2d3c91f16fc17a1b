import { rows, type Tx } from '../platform/unit-of-work.js';

/** Whether an operation of the control plane holds the subject's lease now, by the database's clock. */
export async function leaseIsHeld(tx: Tx, subject: string): Promise<boolean> {
  const held = await rows(
    tx,
    'select 1 from leasehold.leases where subject = $1 and holder is not null and expires_at > now()',
    [subject],
  );
  return held.length > 0;
}
