import type { EntityManager } from 'typeorm';
import { row, rows, type Tx } from '../platform/unit-of-work.js';

export interface Run {
  readonly id: string;
  readonly stackId: number;
  readonly subject: string;
  readonly epoch: number;
}

interface RunRow {
  id: string;
  stack_id: string;
  subject: string;
  epoch: string;
}

/** The control plane's own runs and the tokens that they log in with, in `pulumi.runs`. */
export class RunsRepository {
  constructor(private readonly db: EntityManager) {}

  /** @returns false when somebody holds the subject's lease under a newer epoch */
  async create(
    tx: Tx,
    run: Run & { operationId: string; tokenHash: Buffer; hours: number },
  ): Promise<boolean> {
    const created = await rows(
      tx,
      `insert into pulumi.runs (id, stack_id, operation_id, subject, epoch, token_hash, expires_at)
       select $1, $2, $3, $4, $5, $6, now() + make_interval(hours => $7)
       where not exists (select 1 from leasehold.leases where subject = $4 and epoch > $5)
       returning id`,
      [run.id, run.stackId, run.operationId, run.subject, run.epoch, run.tokenHash, run.hours],
    );
    return created.length > 0;
  }

  async byToken(tokenHash: Buffer): Promise<Run | undefined> {
    const found = await row<RunRow>(
      this.db,
      'select id, stack_id, subject, epoch from pulumi.runs where token_hash = $1 and expires_at > now()',
      [tokenHash],
    );
    return (
      found && {
        id: found.id,
        stackId: Number(found.stack_id),
        subject: found.subject,
        epoch: Number(found.epoch),
      }
    );
  }

  async remove(runId: string): Promise<void> {
    await rows(this.db, 'delete from pulumi.runs where id = $1 or expires_at < now()', [runId]);
  }

  /** The update that the run has started and not ended, if any. */
  async openUpdate(runId: string): Promise<string | undefined> {
    const found = await row<{ id: string }>(
      this.db,
      `select id from pulumi.updates where run_id = $1 and state in ('requested', 'running') order by requested_at desc limit 1`,
      [runId],
    );
    return found?.id;
  }
}
