import { z } from 'zod';

const cell = z.string().max(40).default('local').describe('The cell whose twin is meant.');

export const cellQuery = z.strictObject({ cell });
export const inventoryQuery = z.strictObject({
  cell,
  type: z.string().max(200).optional().describe('A Pulumi type such as kubernetes:apps/v1:Deployment.'),
  scope: z.string().max(200).optional().describe('A namespace, project or bucket.'),
});
export const resourceQuery = z.strictObject({
  cell,
  type: z.string().min(1).max(200),
  scope: z.string().max(200).default(''),
  name: z.string().min(1).max(300),
});

export const twinResourceSchema = z
  .object({
    provider: z.enum(['kubernetes', 'gcp']),
    type: z.string(),
    scope: z.string(),
    name: z.string(),
    externalId: z.string(),
    owner: z.string(),
    uid: z.string(),
    generation: z.int(),
    spec: z.record(z.string(), z.unknown()),
    status: z.record(z.string(), z.unknown()),
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
  })
  .meta({ id: 'TwinResource' });
export type TwinResource = z.output<typeof twinResourceSchema>;

export const twinRecordSchema = z
  .object({ name: z.string(), type: z.string(), ttl: z.int(), data: z.array(z.string()), zone: z.string() })
  .meta({ id: 'TwinRecord' });
export type TwinRecord = z.output<typeof twinRecordSchema>;

export const twinRouteSchema = z
  .object({
    hostnames: z.array(z.string()),
    path: z.string(),
    namespace: z.string(),
    route: z.string(),
    gateway: z.string(),
    backends: z.array(z.string()),
  })
  .meta({ id: 'TwinRoute' });
export type TwinRoute = z.output<typeof twinRouteSchema>;

export const twinPodSchema = z
  .object({
    name: z.string(),
    namespace: z.string(),
    deployment: z.string(),
    phase: z.string(),
    ready: z.boolean(),
    pid: z.int().nullable(),
    port: z.int().nullable(),
    restarts: z.int(),
    image: z.string(),
    message: z.string(),
  })
  .meta({ id: 'TwinPod' });
export type TwinPod = z.output<typeof twinPodSchema>;

/** The twin's lists are short enough for one answer; they have the form of every list. */
export function wholeList<Item extends z.ZodType>(item: Item) {
  return z.object({ items: z.array(item), nextCursor: z.null() });
}
