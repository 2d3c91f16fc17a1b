import type { PoolClient } from 'pg';
import { z } from 'zod';
import { dependantsOf, type Dependants } from './dependants.js';
import { InUseError } from './inventory-errors.js';
import { removeSql } from './inventory-sql.js';
import { resourceFromRow, type Resource, type ResourceKey } from './resource.js';

const inside = `
  cell = $1 and provider = $2 and ($3::text is null or type = $3)
  and (case when $5 then starts_with(scope, $4 || '/') else scope = $4 end)`;

const found = z.array(z.object({ type: z.string(), scope: z.string(), name: z.string() }));

/**
 * Removes a resource that can contain others, inside the caller's transaction. Its row is locked first, so that
 * nothing can be created in it meanwhile. False when it was not there.
 * @throws InUseError when it holds something that does not go along with it
 */
export async function removeContainer(client: PoolClient, key: ResourceKey): Promise<boolean> {
  const { rows } = await client.query(
    `select * from twin.resources where cell = $1 and type = $2 and scope = $3 and name = $4 for update`,
    [key.cell, key.type, key.scope, key.name],
  );
  if (rows.length === 0) return false;
  const container = resourceFromRow(rows[0]);
  const dependants = dependantsOf(container);
  for (const group of dependants.filter(({ removed }) => !removed))
    await refuseWhenAny(client, container, group);
  for (const group of dependants.filter(({ removed }) => removed)) {
    await client.query(`delete from twin.resources where ${inside}`, values(container, group));
  }
  await client.query({ ...removeSql, values: [key.cell, key.type, key.scope, key.name] });
  return true;
}

async function refuseWhenAny(client: PoolClient, container: Resource, group: Dependants): Promise<void> {
  const { rows } = await client.query(
    `select type, scope, name from twin.resources where ${inside} order by type, name`,
    values(container, group),
  );
  const blocking = found.parse(rows);
  if (blocking.length > 0) throw new InUseError(container, blocking);
}

function values(container: Resource, group: Dependants): unknown[] {
  return [container.cell, container.provider, group.type ?? null, group.scope, group.withDeeper ?? false];
}
