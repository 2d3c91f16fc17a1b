/**
 * The statements of the inventory. Each answers in one round trip, is a transaction of its own, and has a name, so
 * that the server plans it once a connection.
 */

export interface Statement {
  name: string;
  text: string;
}

const statement = (name: string, text: string): Statement => ({ name: `inventory-${name}`, text });

/**
 * Holds the referenced rows against deletion until the statement ends, and names those that are missing. One index
 * look-up a reference, however many rows there are: the limit keeps the planner from joining the whole table.
 */
const references = (list: string): string => `
  wanted as (
    select w.type, w.scope, w.name from jsonb_to_recordset(${list}::jsonb) as w(type text, scope text, name text)),
  held as (
    select w.* from wanted w cross join lateral (
      select from twin.resources r
      where r.cell = $1 and r.type = w.type and r.scope = w.scope and r.name = w.name
      limit 1 for key share) as row),
  missing as (select * from wanted except select * from held)`;

const missingList = `(select coalesce(jsonb_agg(to_jsonb(m)), '[]') from missing m) as missing`;

/**
 * Creates, or finds the resource that has the name already ($1 cell, $2 provider, $3 type, $4 scope, $5 name,
 * $6 external id, $7 owner, $8 spec, $9 status, $10 references). No row besides `missing` means that another
 * transaction has just created it: ask again.
 */
export const createSql = statement(
  'create',
  `
  with ${references('$10')},
  created as (
    insert into twin.resources (cell, provider, type, scope, name, external_id, owner, spec, status)
    select $1, $2, $3, $4, $5, $6, $7, $8::jsonb, $9::jsonb where not exists (select from missing)
    on conflict do nothing returning *),
  found as (
    select true as is_new, c.* from created c
    union all
    select false, r.* from twin.resources r
    where r.cell = $1 and r.type = $3 and ((r.scope = $4 and r.name = $5) or r.external_id = $6)
      and not exists (select from created))
  select ${missingList}, f.* from (values (1)) as always(row) left join found f on true`,
);

/**
 * Writes a new spec ($1 cell, $2 type, $3 scope, $4 name, $5 spec, $6 references). Of a take-over: $7 the new owner, $8
 * the uid of the resource that was looked at; else both are null.
 */
export const updateSql = statement(
  'update',
  `
  with ${references('$6')},
  changed as (
    update twin.resources set
      spec = $5::jsonb,
      owner = coalesce($7, owner),
      generation = generation + (spec is distinct from $5::jsonb)::int,
      updated_at = now()
    where cell = $1 and type = $2 and scope = $3 and name = $4
      and ($8::uuid is null or uid = $8) and not exists (select from missing)
    returning *)
  select ${missingList}, c.* from (values (1)) as always(row) left join changed c on true`,
);

export const getSql = statement(
  'get',
  `
  select * from twin.resources where cell = $1 and type = $2 and scope = $3 and name = $4`,
);

export const getByExternalIdSql = statement(
  'get-by-external-id',
  `
  select * from twin.resources where cell = $1 and type = $2 and external_id = $3`,
);

export const listSql = statement(
  'list',
  `
  select * from twin.resources
  where cell = $1
    and ($2::text[] is null or type = any($2))
    and ($3::text is null or scope = $3)
    and ($4::text is null or provider = $4)
  order by provider, scope, type, name`,
);

/** What a copy of the cell's inventory is compared by: every resource and how often its spec has changed. */
export const digestSql = statement(
  'digest',
  `
  select md5(coalesce(string_agg(uid || ':' || generation, ' ' order by uid::text collate "C"), '')) as digest
  from twin.resources where cell = $1`,
);

export const removeSql = statement(
  'remove',
  `
  delete from twin.resources where cell = $1 and type = $2 and scope = $3 and name = $4 returning id`,
);

export const setStatusSql = statement(
  'set-status',
  `
  update twin.resources set status = $5::jsonb, updated_at = now()
  where cell = $1 and type = $2 and scope = $3 and name = $4 and status is distinct from $5::jsonb
  returning id`,
);
