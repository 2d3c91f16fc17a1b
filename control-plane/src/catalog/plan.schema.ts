import { z } from 'zod';
import { oneLine } from '../platform/http/text-schema.js';
import { catalogName } from './catalog-name.js';

const cpu = z.string().regex(/^([1-9]\d*m|\d+(\.\d{1,3})?)$/, 'must be a CPU quantity such as 500m or 2');
const memory = z.string().regex(/^[1-9]\d*(Ki|Mi|Gi)$/, 'must be a memory quantity such as 512Mi or 2Gi');

const spreads = ['preferred', 'required'] as const;
export const priorities = ['low', 'normal', 'high'] as const;

/** How a tenant's pods are kept from others' and from failing together. */
const isolation = z.strictObject({
  /** Over zones: as far as it goes, or else a pod waits. */
  spread: z.enum(spreads).default('preferred'),
  /** Which pods give way when a cluster is full. */
  priority: z.enum(priorities).default('normal'),
  /** Labels of the nodes that its pods run on. */
  nodeSelector: z.record(z.string().min(1).max(253), z.string().max(63)).default({}),
});

/** A hard limit refuses what goes beyond it; a soft one only tells. */
const limit = z
  .strictObject({ most: z.int().min(1), hard: z.boolean().default(false) })
  .nullable()
  .default(null);

/** What a tenant may use of its cell's data gateway; two seconds of it may come at once. Beyond it, a workload answers 503. */
const data = z.strictObject({
  callsPerSecond: z.int().min(1).max(1_000_000).default(10_000),
  /** Of requests and answers. */
  bytesPerSecond: z
    .int()
    .min(1)
    .max(16 * 1024 ** 3)
    .default(128 * 1024 ** 2),
  /** How much of a busy gateway, beside the others' weights. */
  weight: z.int().min(1).max(1000).default(1),
});

/** What a plan allows; its resources per pod are the template's to say. */
export const planSpec = z.strictObject({
  /** Smaller plans first; the smallest that a release offers is the default. */
  rank: z.int().min(0).max(1000),
  description: oneLine(300),
  /** Ceiling of a tenant's whole namespace. */
  quota: z.strictObject({ cpu, memory, pods: z.int().min(1).max(1000) }),
  /** Hostnames beside the platform's own. */
  maxHostnames: z.int().min(0).max(20),
  /** Bounds of what a release asks for: it says how many replicas it wants in this plan. */
  replicas: z
    .strictObject({ min: z.int().min(1).max(100), max: z.int().min(1).max(100) })
    .refine(({ min, max }) => min <= max, { error: 'min must not be above max', path: ['min'] })
    .default({ min: 1, max: 100 }),
  isolation: isolation.prefault({}),
  /** Whether the tenant's rows are also fenced by a Bigtable authorized view. */
  authorizedView: z.boolean().default(false),
  /** How often the tenant's rows are backed up, and for how many days a backup is kept; null without backups of its own. */
  backup: z
    .strictObject({ everyHours: z.int().min(1).max(168), keepDays: z.int().min(1).max(90) })
    .nullable()
    .default(null),
  /** Requests per second that the edge lets one address have; null without a limit of the plan's. */
  rateLimit: z
    .strictObject({ requestsPerSecond: z.int().min(1).max(100_000) })
    .nullable()
    .default(null),
  /** What a tenant may use; null without a limit. Each is told of at 80 and at 100 percent. */
  limits: z
    .strictObject({ requestsPerMonth: limit, bytesWrittenPerMonth: limit, storedBytes: limit })
    .prefault({}),
  data: data.prefault({}),
  /** Whether an admin must approve each new tenant. */
  approval: z.boolean().default(false),
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
