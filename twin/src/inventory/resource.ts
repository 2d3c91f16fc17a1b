import { z } from 'zod';
import { isJsonObject, type JsonObject } from './json.js';

/**
 * Where a resource stands. `scope` is the Kubernetes namespace ('' for what belongs to the cluster); for Google
 * Cloud the project, for a record set `<project>/<zone>`, for a bucket '' (their names are global), for a managed
 * folder its bucket and for a folder's IAM member `<bucket>/<folder>`.
 */
export interface ResourceKey {
  cell: string;
  type: string;
  scope: string;
  name: string;
}

/** A resource to be created. `owner` names the stack that creates it: `<project>/<stack>`. */
export interface ResourceDraft extends ResourceKey {
  provider: 'kubernetes' | 'gcp';
  externalId: string;
  owner: string;
  spec: JsonObject;
  status?: JsonObject;
}

/** A resource that the inventory holds. */
export interface Resource extends Required<ResourceDraft> {
  uid: string;
  generation: number;
  createdAt: Date;
  updatedAt: Date;
}

/** A resource that must exist before another one may refer to it, in the same cell. */
export type Reference = Omit<ResourceKey, 'cell'>;

const json = z.custom<JsonObject>(isJsonObject);

const rowSchema = z
  .object({
    cell: z.string(),
    provider: z.enum(['kubernetes', 'gcp']),
    type: z.string(),
    scope: z.string(),
    name: z.string(),
    external_id: z.string(),
    owner: z.string(),
    spec: json,
    status: json,
    uid: z.string(),
    generation: z.coerce.number(),
    created_at: z.date(),
    updated_at: z.date(),
  })
  .transform(({ external_id, created_at, updated_at, ...row }): Resource => ({
    ...row,
    externalId: external_id,
    createdAt: created_at,
    updatedAt: updated_at,
  }));

/** Reads one row of `twin.resources`. */
export function resourceFromRow(row: unknown): Resource {
  return rowSchema.parse(row);
}
