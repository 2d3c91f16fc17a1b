import { z } from 'zod';
import { catalogName } from '../catalog/catalog-name.js';

export const environments = ['development', 'staging', 'production'] as const;
export const targetKinds = ['twin', 'kubernetes', 'gcp'] as const;
export type TargetKind = (typeof targetKinds)[number];
export const cellStates = ['preparing', 'ready', 'failed'] as const;

/** One label is enough here: the twin's own domain is `localhost`. */
const domain = z
  .string()
  .max(190)
  .regex(
    /^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/,
    'must be a domain name in lower case, without the dot at its end',
  );

export const newCellBody = z
  .strictObject({
    name: catalogName,
    environment: z.enum(environments),
    region: z.string().regex(/^[a-z0-9-]{1,40}$/, 'must be a region such as europe-west3'),
    target: z.enum(targetKinds),
    domain,
    capacity: z.int().min(1).max(10_000),
  })
  .meta({ id: 'NewCell' });
export type NewCell = z.output<typeof newCellBody>;

export const cellSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    environment: z.enum(environments),
    region: z.string(),
    target: z.enum(targetKinds),
    domain: z.string(),
    capacity: z.int(),
    tenants: z.int().describe('How many of the capacity are taken.'),
    state: z.enum(cellStates),
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
  })
  .meta({ id: 'Cell' });
export type CellView = z.output<typeof cellSchema>;
