import type { EntityManager } from 'typeorm';
import { row, rows, type Tx } from '../platform/unit-of-work.js';
import type { Caller } from './caller.js';

export type UpdateKind = 'update' | 'preview' | 'refresh' | 'destroy' | 'import';
export type UpdateState = 'requested' | 'running' | 'succeeded' | 'failed' | 'cancelled';

export interface Update {
  readonly id: string;
  readonly stackId: number;
  readonly runId: string | null;
  readonly kind: UpdateKind;
  readonly dryRun: boolean;
  readonly state: UpdateState;
  readonly version: number;
  readonly subject: string | null;
  readonly epoch: number | null;
  /** The lease has not run out, by the database's clock. */
  readonly live: boolean;
  /** Somebody holds the subject's lease under a newer epoch. */
  readonly fenced: boolean;
  readonly checkpointSequence: number;
}

/** What the CLI holds while it runs: the update and the token that proves it. */
export interface UpdateLease {
  readonly updateId: string;
  readonly tokenHash: Buffer;
}

export interface NewUpdate {
  readonly id: string;
  readonly stackId: number;
  readonly kind: UpdateKind;
  readonly dryRun: boolean;
  readonly message: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly config: Readonly<Record<string, unknown>>;
}

export interface HistoryEntry {
  readonly kind: UpdateKind;
  readonly state: UpdateState;
  readonly version: number;
  readonly message: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly config: Readonly<Record<string, unknown>>;
  readonly startedAt: number;
  readonly endedAt: number | null;
  readonly resourceChanges: Readonly<Record<string, number>> | null;
  readonly resourceCount: number | null;
}

interface UpdateRow {
  id: string;
  stack_id: string;
  run_id: string | null;
  kind: UpdateKind;
  dry_run: boolean;
  state: UpdateState;
  version: number;
  subject: string | null;
  epoch: string | null;
  live: boolean;
  fenced: boolean;
  checkpoint_sequence: number;
}

interface HistoryRow extends Omit<
  HistoryEntry,
  'startedAt' | 'endedAt' | 'resourceChanges' | 'resourceCount'
> {
  started_at: number;
  ended_at: number | null;
  resource_changes: Record<string, number> | null;
  resource_count: number | null;
}

/** The fence: nobody writes for an epoch of a subject once a newer one has been handed out. */
const fenced = 'exists (select 1 from leasehold.leases l where l.subject = u.subject and l.epoch > u.epoch)';
/** What a write demands of its update; part of the statement that writes. */
export const mayWrite = `u.state = 'running' and u.lease_expires_at > now() and not ${fenced}`;

const columns = `u.id, u.stack_id, u.run_id, u.kind, u.dry_run, u.state, u.version, u.subject, u.epoch, u.checkpoint_sequence,
  coalesce(u.lease_expires_at > now(), false) as live, ${fenced} as fenced`;

/** Updates of stacks and their leases, in `pulumi.updates`. */
export class UpdatesRepository {
  constructor(private readonly db: EntityManager) {}

  async create(update: NewUpdate, caller: Caller): Promise<void> {
    const run = caller.kind === 'run' ? caller : undefined;
    await rows(
      this.db,
      `insert into pulumi.updates (id, stack_id, kind, dry_run, run_id, subject, epoch, requested_by, message, environment, config)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
      [
        update.id,
        update.stackId,
        update.kind,
        update.dryRun,
        run?.runId ?? null,
        run?.subject ?? null,
        run?.epoch ?? null,
        caller.kind === 'run' ? `run:${caller.runId}` : caller.name,
        update.message,
        update.environment,
        update.config,
      ],
    );
  }

  async find(updateId: string): Promise<Update | undefined> {
    const found = await row<UpdateRow>(this.db, `select ${columns} from pulumi.updates u where u.id = $1`, [
      updateId,
    ]);
    return found && updateOf(found);
  }

  async byLease({ updateId, tokenHash }: UpdateLease): Promise<Update | undefined> {
    const found = await row<UpdateRow>(
      this.db,
      `select ${columns} from pulumi.updates u where u.id = $1 and u.token_hash = $2`,
      [updateId, tokenHash],
    );
    return found && updateOf(found);
  }

  /** Waits for writes under way; later ones wait for this transaction. Lock the stack first. */
  async lock(tx: Tx, updateId: string): Promise<Update | undefined> {
    const found = await row<UpdateRow>(
      tx,
      `select ${columns} from pulumi.updates u where u.id = $1 for update of u`,
      [updateId],
    );
    return found && updateOf(found);
  }

  async start(
    tx: Tx,
    updateId: string,
    lease: { tokenHash: Buffer; seconds: number; journal: boolean; version: number },
  ): Promise<number> {
    const started = await row<{ expires: number }>(
      tx,
      `update pulumi.updates set state = 'running', started_at = now(), token_hash = $2,
         lease_expires_at = now() + make_interval(secs => $3), journal = $4, version = $5
       where id = $1 returning extract(epoch from lease_expires_at)::float8 as expires`,
      [updateId, lease.tokenHash, lease.seconds, lease.journal, lease.version],
    );
    return started?.expires ?? 0;
  }

  /** @returns when the lease now ends, in seconds since 1970; undefined when it is refused */
  async renew({ updateId, tokenHash }: UpdateLease, seconds: number): Promise<number | undefined> {
    const renewed = await row<{ expires: number }>(
      this.db,
      `update pulumi.updates u set lease_expires_at = now() + make_interval(secs => $3)
       where u.id = $1 and u.token_hash = $2 and ${mayWrite}
       returning extract(epoch from u.lease_expires_at)::float8 as expires`,
      [updateId, tokenHash, seconds],
    );
    return renewed?.expires;
  }

  /** @returns the run that the update belongs to; undefined when it is refused */
  async noteEvents(
    { updateId, tokenHash }: UpdateLease,
    changes: Readonly<Record<string, number>> | undefined,
  ): Promise<{ runId: string | null } | undefined> {
    const noted = await row<{ run_id: string | null }>(
      this.db,
      `update pulumi.updates u set resource_changes = coalesce($3::jsonb, u.resource_changes)
       where u.id = $1 and u.token_hash = $2 and ${mayWrite} returning u.run_id`,
      [updateId, tokenHash, changes ?? null],
    );
    return noted && { runId: noted.run_id };
  }

  async end(tx: Tx, updateId: string, state: UpdateState, resourceCount: number | undefined): Promise<void> {
    await rows(
      tx,
      `update pulumi.updates set state = $2, ended_at = now(), checkpoint = null, resource_count = $3 where id = $1`,
      [updateId, state, resourceCount ?? null],
    );
  }

  async noteCheckpoint(tx: Tx, updateId: string, sequence: number, text: Buffer | undefined): Promise<void> {
    await rows(tx, 'update pulumi.updates set checkpoint_sequence = $2, checkpoint = $3 where id = $1', [
      updateId,
      sequence,
      text ?? null,
    ]);
  }

  async checkpointText(tx: Tx, updateId: string): Promise<Buffer | undefined> {
    const found = await row<{ checkpoint: Buffer | null }>(
      tx,
      'select checkpoint from pulumi.updates where id = $1',
      [updateId],
    );
    return found?.checkpoint ?? undefined;
  }

  /** Newest first; previews are no part of a stack's history. */
  async history(stackId: number, offset: number, limit: number): Promise<HistoryEntry[]> {
    const found = await rows<HistoryRow>(
      this.db,
      `select kind, state, version, message, environment, config, resource_changes, resource_count,
         extract(epoch from started_at)::float8 as started_at, extract(epoch from ended_at)::float8 as ended_at
       from pulumi.updates where stack_id = $1 and started_at is not null and not dry_run
       order by version desc offset $2 limit $3`,
      [stackId, offset, limit],
    );
    return found.map(({ started_at, ended_at, resource_changes, resource_count, ...entry }) => ({
      ...entry,
      startedAt: started_at,
      endedAt: ended_at,
      resourceChanges: resource_changes,
      resourceCount: resource_count,
    }));
  }
}

function updateOf(found: UpdateRow): Update {
  const { id, kind, state, version, subject, live } = found;
  return {
    id,
    kind,
    state,
    version,
    subject,
    live,
    stackId: Number(found.stack_id),
    runId: found.run_id,
    dryRun: found.dry_run,
    epoch: found.epoch === null ? null : Number(found.epoch),
    fenced: found.fenced,
    checkpointSequence: found.checkpoint_sequence,
  };
}
