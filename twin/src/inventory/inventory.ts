import type { Pool, PoolClient } from 'pg';
import { z } from 'zod';
import { canContain } from './dependants.js';
import { ConflictError, MissingReferenceError, ResourceMissingError } from './inventory-errors.js';
import * as sql from './inventory-sql.js';
import { watchInventory, type InventoryWatch, type InventoryWatcher } from './inventory-watch.js';
import type { JsonObject } from './json.js';
import { removeContainer } from './remove-container.js';
import {
  resourceFromRow,
  type Reference,
  type Resource,
  type ResourceDraft,
  type ResourceKey,
} from './resource.js';
import { inTransaction } from './transaction.js';

/** What a creation has to respect besides the name. */
export interface CreateOptions {
  /** Resources that must exist; they cannot be removed while the creation runs. */
  references?: readonly Reference[];
  /** Whether the resource that already has the name may be taken over; a text is the reason why not. */
  adopt?: (existing: Resource) => true | string;
  /** Names in the same scope, below `prefix`, that may exclude this one; a text is the reason. */
  rivals?: { prefix: string; refuse: (names: readonly string[]) => string | undefined };
}

export interface InventoryFilter {
  cell: string;
  types?: readonly string[];
  scope?: string;
  provider?: 'kubernetes' | 'gcp';
}

type Queries = Pick<Pool, 'query'> | Pick<PoolClient, 'query'>;

const referenceList = z.array(z.object({ type: z.string(), scope: z.string(), name: z.string() }));
const outcomeRow = z.looseObject({
  missing: referenceList,
  id: z.string().nullable(),
  is_new: z.boolean().nullish(),
});

/**
 * What the twin's clouds hold, in `twin.resources`. The only way to that table. Names are unique per cell, type and
 * scope; references are checked and held in the same statement that writes, so no two callers can break them.
 */
export class Inventory {
  /** @param pool connections of the database role `leasehold_twin` */
  constructor(private readonly pool: Pool) {}

  async get(key: ResourceKey): Promise<Resource | undefined> {
    const { rows } = await this.pool.query({
      ...sql.getSql,
      values: [key.cell, key.type, key.scope, key.name],
    });
    return rows.length === 0 ? undefined : resourceFromRow(rows[0]);
  }

  /** Finds a resource by the id under which Pulumi knows it. */
  async getByExternalId(cell: string, type: string, externalId: string): Promise<Resource | undefined> {
    const { rows } = await this.pool.query({ ...sql.getByExternalIdSql, values: [cell, type, externalId] });
    return rows.length === 0 ? undefined : resourceFromRow(rows[0]);
  }

  /** All that match, ordered by provider, scope, type and name. */
  async list(filter: InventoryFilter): Promise<Resource[]> {
    const { cell, types, scope, provider } = filter;
    const { rows } = await this.pool.query({
      ...sql.listSql,
      values: [cell, types ?? null, scope ?? null, provider ?? null],
    });
    return rows.map(resourceFromRow);
  }

  /** Of every resource of a cell and the generation of its spec; {@link digestOf} gives the same of a copy. */
  async digest(cell: string): Promise<string> {
    const { rows } = await this.pool.query({ ...sql.digestSql, values: [cell] });
    return z.object({ digest: z.string() }).parse(rows[0]).digest;
  }

  /**
   * Creates the resource, or takes over the one that has its name when `adopt` allows it (its spec is then replaced).
   * @throws ConflictError when the name is taken or a rival excludes it
   * @throws MissingReferenceError when something it refers to does not exist
   */
  async create(
    draft: ResourceDraft,
    options: CreateOptions = {},
  ): Promise<{ outcome: 'created' | 'adopted'; resource: Resource }> {
    const { rivals } = options;
    if (rivals === undefined) return this.createWith(this.pool, draft, options);
    return inTransaction(this.pool, async (client) => {
      await lockRivals(client, draft, rivals.prefix);
      await refuseRivals(client, draft, rivals);
      return this.createWith(client, draft, options);
    });
  }

  /**
   * Replaces the spec; `generation` grows when it differs.
   * @throws ResourceMissingError, MissingReferenceError
   */
  async update(key: ResourceKey, spec: JsonObject, references: readonly Reference[] = []): Promise<Resource> {
    const updated = await this.updateWith(this.pool, key, spec, references);
    if (updated === undefined) throw new ResourceMissingError(key);
    return updated;
  }

  /**
   * Removes a resource with what goes along with it (a namespace with its content). False when it was not there.
   * @throws InUseError when something stands in it that must be removed first
   */
  async remove(key: ResourceKey): Promise<boolean> {
    if (canContain(key.type)) return inTransaction(this.pool, (client) => removeContainer(client, key));
    const { rows } = await this.pool.query({
      ...sql.removeSql,
      values: [key.cell, key.type, key.scope, key.name],
    });
    return rows.length > 0;
  }

  /** Writes what the cloud observes about a resource; true when that changed anything. */
  async setStatus(key: ResourceKey, status: JsonObject): Promise<boolean> {
    const values = [key.cell, key.type, key.scope, key.name, JSON.stringify(status)];
    const { rows } = await this.pool.query({ ...sql.setStatusSql, values });
    return rows.length > 0;
  }

  /**
   * Tells each change in a cell. `resync` is called at the start and after each lost connection: then anything may
   * have changed. Holds one connection of the pool until it is closed.
   */
  watch(cell: string, watcher: InventoryWatcher): InventoryWatch {
    return watchInventory(this.pool, cell, watcher);
  }

  private async createWith(
    queries: Queries,
    draft: ResourceDraft,
    options: CreateOptions,
  ): Promise<{ outcome: 'created' | 'adopted'; resource: Resource }> {
    const references = options.references ?? [];
    const values = [
      draft.cell,
      draft.provider,
      draft.type,
      draft.scope,
      draft.name,
      draft.externalId,
      draft.owner,
    ];
    const documents = [draft.spec, draft.status ?? {}, references].map((document) =>
      JSON.stringify(document),
    );
    const { rows } = await queries.query({ ...sql.createSql, values: [...values, ...documents] });
    const outcome = outcomeRow.parse(rows[0]);
    if (outcome.missing.length > 0) throw new MissingReferenceError(draft, outcome.missing);
    // Another transaction committed the same name after this statement began: now it can be seen.
    if (outcome.id === null) return this.createWith(queries, draft, options);
    const resource = resourceFromRow(rows[0]);
    if (outcome.is_new === true) return { outcome: 'created', resource };
    const sameName = resource.scope === draft.scope && resource.name === draft.name;
    const answer = (sameName ? options.adopt?.(resource) : undefined) ?? 'already exists';
    if (answer !== true) throw new ConflictError(draft, resource, answer);
    const takeover = { owner: draft.owner, uid: resource.uid };
    const adopted = await this.updateWith(queries, draft, draft.spec, references, takeover);
    // What was looked at has just been removed: the name is free, or somebody else's.
    if (adopted === undefined) return this.createWith(queries, draft, options);
    return { outcome: 'adopted', resource: adopted };
  }

  private async updateWith(
    queries: Queries,
    key: ResourceKey,
    spec: JsonObject,
    references: readonly Reference[],
    takeover?: { owner: string; uid: string },
  ): Promise<Resource | undefined> {
    const values = [
      key.cell,
      key.type,
      key.scope,
      key.name,
      JSON.stringify(spec),
      JSON.stringify(references),
      takeover?.owner ?? null,
      takeover?.uid ?? null,
    ];
    const { rows } = await queries.query({ ...sql.updateSql, values });
    const { missing, id } = outcomeRow.parse(rows[0]);
    if (missing.length > 0) throw new MissingReferenceError(key, missing);
    return id === null ? undefined : resourceFromRow(rows[0]);
  }
}

/** Creations that can exclude each other wait for one another until the transaction ends. */
async function lockRivals(client: PoolClient, key: ResourceKey, prefix: string): Promise<void> {
  await client.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [
    JSON.stringify([key.cell, key.type, key.scope, prefix]),
  ]);
}

async function refuseRivals(
  client: PoolClient,
  draft: ResourceDraft,
  rivals: NonNullable<CreateOptions['rivals']>,
): Promise<void> {
  const { rows } = await client.query(
    `select name from twin.resources
     where cell = $1 and type = $2 and scope = $3 and starts_with(name, $4) and name <> $5`,
    [draft.cell, draft.type, draft.scope, rivals.prefix, draft.name],
  );
  const names = z.array(z.object({ name: z.string() })).parse(rows);
  const reason = rivals.refuse(names.map(({ name }) => name));
  if (reason !== undefined) throw new ConflictError(draft, undefined, reason);
}
