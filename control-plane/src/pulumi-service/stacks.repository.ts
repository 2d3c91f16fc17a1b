import type { EntityManager } from 'typeorm';
import { onlyRow, row, rows, type Tx } from '../platform/unit-of-work.js';
import type { SealedKey } from './secrets/key-envelope.js';
import type { StackRef } from './stack-ref.js';
import type { JournalEntry } from './wire/journal-entry.js';
import { emptyDeployment, type Deployment, type VersionedDeployment } from './wire/deployment.js';

/** A stack without its state. */
export interface Stack {
  readonly id: number;
  readonly ref: StackRef;
  readonly tags: Readonly<Record<string, string>>;
  readonly version: number;
  readonly subject: string | null;
  readonly activeUpdate: string | null;
}

export interface StackWithState extends Stack {
  readonly state: VersionedDeployment;
}

export interface StackSummary {
  readonly ref: StackRef;
  readonly lastUpdate: number | null;
  readonly resourceCount: number | null;
}

interface StackRow {
  id: string;
  organization: string;
  project: string;
  name: string;
  tags: Record<string, string>;
  version: number;
  subject: string | null;
  active_update: string | null;
}

interface StateRow extends StackRow {
  schema_version: number;
  features: string[];
  deployment: Deployment | null;
}

interface SummaryRow {
  organization: string;
  project: string;
  name: string;
  last_update: number | null;
  resource_count: number | null;
}

const columns = 's.id, s.organization, s.project, s.name, s.tags, s.version, s.subject, s.active_update';
const stateColumns = `${columns}, s.schema_version, s.features, s.deployment`;
const byRef = 's.organization = $1 and s.project = $2 and s.name = $3';

/** Earlier versions of a state that are kept for `stack export --version`. */
const keptVersions = 10;

/** Stacks and their states, in `pulumi.stacks` and `pulumi.deployments`. */
export class StacksRepository {
  constructor(private readonly db: EntityManager) {}

  /** @returns undefined when there is one of this name */
  async create(ref: StackRef, tags: Readonly<Record<string, string>>): Promise<number | undefined> {
    const created = await row<{ id: string }>(
      this.db,
      `insert into pulumi.stacks (organization, project, name, tags) values ($1, $2, $3, $4)
       on conflict do nothing returning id`,
      [...names(ref), tags],
    );
    return created && Number(created.id);
  }

  /** Makes the stack when it is missing, and binds it to the subject whose lease allows to change it. */
  async ensure(tx: Tx, ref: StackRef, subject: string): Promise<number> {
    const found = await onlyRow<{ id: string }>(
      tx,
      `insert into pulumi.stacks as s (organization, project, name, subject) values ($1, $2, $3, $4)
       on conflict (organization, project, name) do update set subject = excluded.subject returning id`,
      [...names(ref), subject],
    );
    return Number(found.id);
  }

  async find(ref: StackRef): Promise<Stack | undefined> {
    const found = await row<StackRow>(
      this.db,
      `select ${columns} from pulumi.stacks s where ${byRef}`,
      names(ref),
    );
    return found && stackOf(found);
  }

  /** The stored state, and what the update that runs or was cut off has written since: both as of one moment. */
  async stateAndJournal(
    stackId: number,
  ): Promise<{ state: VersionedDeployment; journal: JournalEntry[] } | undefined> {
    const found = await row<StateRow & { journal: JournalEntry[] | null }>(
      this.db,
      `select s.schema_version, s.features, s.deployment, (select json_agg(j.entry order by j.sequence)
         from pulumi.journal_entries j where j.update_id = s.active_update) as journal
       from pulumi.stacks s where s.id = $1`,
      [stackId],
    );
    return found && { state: stateOf(found), journal: found.journal ?? [] };
  }

  /** Nobody else starts, ends or folds an update of the stack until this transaction ends. */
  async lock(tx: Tx, stackId: number): Promise<StackWithState | undefined> {
    const found = await row<StateRow>(
      tx,
      `select ${stateColumns} from pulumi.stacks s where s.id = $1 for update`,
      [stackId],
    );
    return found && { ...stackOf(found), state: stateOf(found) };
  }

  async saveState(tx: Tx, stackId: number, version: number, state: VersionedDeployment): Promise<void> {
    const parameters = [
      stackId,
      version,
      state.schemaVersion,
      state.features,
      JSON.stringify(state.deployment),
    ];
    await rows(
      tx,
      `with saved as (
         update pulumi.stacks set version = $2, schema_version = $3, features = $4, deployment = $5::json, updated_at = now()
         where id = $1 returning id)
       insert into pulumi.deployments (stack_id, version, schema_version, features, deployment)
       select id, $2, $3, $4, $5::json from saved
       on conflict (stack_id, version) do update
         set schema_version = excluded.schema_version, features = excluded.features, deployment = excluded.deployment`,
      parameters,
    );
    await rows(tx, 'delete from pulumi.deployments where stack_id = $1 and version <= $2', [
      stackId,
      version - keptVersions,
    ]);
  }

  async earlierState(stackId: number, version: number): Promise<VersionedDeployment | undefined> {
    const found = await row<Pick<StateRow, 'schema_version' | 'features' | 'deployment'>>(
      this.db,
      'select schema_version, features, deployment from pulumi.deployments where stack_id = $1 and version = $2',
      [stackId, version],
    );
    return found && stateOf(found);
  }

  async setActiveUpdate(
    tx: Tx,
    stackId: number,
    updateId: string,
    tags: Readonly<Record<string, string>> | undefined,
  ): Promise<void> {
    await rows(
      tx,
      'update pulumi.stacks set active_update = $2, tags = coalesce($3::jsonb, tags), updated_at = now() where id = $1',
      [stackId, updateId, tags ?? null],
    );
  }

  async setTags(stackId: number, tags: Readonly<Record<string, string>>): Promise<void> {
    await rows(this.db, 'update pulumi.stacks set tags = $2, updated_at = now() where id = $1', [
      stackId,
      tags,
    ]);
  }

  /** @returns false when the new name is taken */
  async rename(stackId: number, to: Pick<StackRef, 'project' | 'name'>): Promise<boolean> {
    const renamed = await rows(
      this.db,
      `update pulumi.stacks s set project = $2, name = $3, updated_at = now()
       where id = $1 and not exists (select 1 from pulumi.stacks o
         where o.organization = s.organization and o.project = $2 and o.name = $3 and o.id <> s.id)
       returning id`,
      [stackId, to.project, to.name],
    );
    return renamed.length > 0;
  }

  async remove(tx: Tx, stackId: number): Promise<void> {
    await rows(tx, 'delete from pulumi.stacks where id = $1', [stackId]);
  }

  async projectExists(organization: string, project: string): Promise<boolean> {
    const found = await rows(
      this.db,
      'select 1 from pulumi.stacks where organization = $1 and project = $2 limit 1',
      [organization, project],
    );
    return found.length > 0;
  }

  /** By project and name, from the one after `after`. */
  async list(
    filter: StackFilter,
    after: number,
    limit: number,
  ): Promise<{ id: number; summary: StackSummary }[]> {
    const found = await rows<SummaryRow & { id: string }>(
      this.db,
      `select s.id, s.organization, s.project, s.name, u.resource_count,
         extract(epoch from u.started_at)::float8 as last_update
       from pulumi.stacks s left join lateral (
         select started_at, resource_count from pulumi.updates
         where stack_id = s.id and started_at is not null and not dry_run order by requested_at desc limit 1) u on true
       where s.id > $1 and ($2::text is null or s.organization = $2) and ($3::text is null or s.project = $3)
         and ($4::text is null or s.tags ? $4) and ($5::text is null or s.tags ->> $4 = $5)
       order by s.id limit $6`,
      [
        after,
        filter.organization ?? null,
        filter.project ?? null,
        filter.tagName ?? null,
        filter.tagValue ?? null,
        limit,
      ],
    );
    return found.map((stack) => ({
      id: Number(stack.id),
      summary: { ref: refOf(stack), lastUpdate: stack.last_update, resourceCount: stack.resource_count },
    }));
  }

  /** The stack's data key: the stored one, or the given one, which is then stored. */
  async dataKey(stackId: number, fresh: SealedKey): Promise<SealedKey> {
    const found = await row<{ envelope_key_id: string; sealed_data_key: Buffer }>(
      this.db,
      `update pulumi.stacks set envelope_key_id = coalesce(envelope_key_id, $2),
         sealed_data_key = coalesce(sealed_data_key, $3)
       where id = $1 returning envelope_key_id, sealed_data_key`,
      [stackId, fresh.envelopeKeyId, fresh.sealed],
    );
    if (!found) throw new Error(`There is no stack ${stackId}.`);
    return { envelopeKeyId: found.envelope_key_id, sealed: found.sealed_data_key };
  }
}

export interface StackFilter {
  readonly organization?: string | undefined;
  readonly project?: string | undefined;
  readonly tagName?: string | undefined;
  readonly tagValue?: string | undefined;
}

function names({ organization, project, name }: StackRef): string[] {
  return [organization, project, name];
}

function refOf({
  organization,
  project,
  name,
}: Pick<StackRow, 'organization' | 'project' | 'name'>): StackRef {
  return { organization, project, name };
}

function stackOf(found: StackRow): Stack {
  const { tags, version, subject } = found;
  return {
    id: Number(found.id),
    ref: refOf(found),
    tags,
    version,
    subject,
    activeUpdate: found.active_update,
  };
}

function stateOf(found: Pick<StateRow, 'schema_version' | 'features' | 'deployment'>): VersionedDeployment {
  if (!found.deployment) return emptyDeployment;
  return { schemaVersion: found.schema_version, features: found.features, deployment: found.deployment };
}
