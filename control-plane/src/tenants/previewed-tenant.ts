import { z } from 'zod';
import type { Tenant } from './tenants.repository.js';

/** Of a tenant that a dry run has thought up, what its stack follows from. */
export const previewedTenant = z.strictObject({
  id: z.string(),
  slug: z.string(),
  displayName: z.string(),
  template: z.string(),
  releaseId: z.string(),
  plan: z.string(),
  cell: z.string(),
  rowKeyPrefix: z.string().nullable(),
  hostnames: z.array(z.string()),
  labels: z.record(z.string(), z.string()),
  parameters: z.record(z.string(), z.unknown()),
  secretRefs: z.record(z.string(), z.string()),
});
export type PreviewedTenant = Pick<Tenant, keyof z.infer<typeof previewedTenant>>;
