import { z } from 'zod';
import { oneLine } from '../platform/http/text-schema.js';
import { catalogName } from './catalog-name.js';

const cpu = z.string().regex(/^([1-9]\d*m|\d+(\.\d{1,3})?)$/, 'must be a CPU quantity such as 500m or 2');
const memory = z.string().regex(/^[1-9]\d*(Ki|Mi|Gi)$/, 'must be a memory quantity such as 512Mi or 2Gi');

/** What a plan allows; its resources per pod are the template's to say. */
export const planSpec = z.strictObject({
  /** Smaller plans first; the smallest that a release offers is the default. */
  rank: z.int().min(0).max(1000),
  description: oneLine(300),
  /** Ceiling of a tenant's whole namespace. */
  quota: z.strictObject({ cpu, memory, pods: z.int().min(1).max(1000) }),
  /** Hostnames beside the platform's own. */
  maxHostnames: z.int().min(0).max(20),
});
export type PlanSpec = z.output<typeof planSpec>;

export const newPlanBody = planSpec
  .extend({ name: catalogName, displayName: oneLine(100) })
  .meta({ id: 'NewPlan' });
export type NewPlan = z.output<typeof newPlanBody>;

export const planSchema = planSpec
  .extend({
    name: z.string(),
    displayName: z.string(),
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
  })
  .meta({ id: 'Plan' });
export type PlanView = z.output<typeof planSchema>;
