/**
 * The shape of `template.json`: what the platform must know of a tenant template to run it.
 * The file lies at the root of a template's image; the catalog reads it when a release is registered.
 */
import { z } from 'zod';
import { conformanceSchema } from './conformance.schema.js';
import { flagsSchema } from './flags.schema.js';
import { migrationsSchema } from './migrations.schema.js';
import { portsSchema } from './ports.schema.js';

const name = z
  .string()
  .max(40)
  .regex(
    /^[a-z]([a-z0-9-]*[a-z0-9])?$/,
    'must be lower-case letters, digits and dashes, starting with a letter',
  );

/** Semantic version without build metadata: https://semver.org/#backusnaur-form-grammar-for-valid-semver-versions */
const version = z
  .string()
  .max(64)
  .regex(
    /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*)?$/,
    'must be a semantic version such as 1.4.0',
  );

const httpPath = z
  .string()
  .max(200)
  .regex(/^\/[\w\-./]*$/, 'must be an absolute URL path');

/** Kubernetes quantities, in the forms used for CPU: https://kubernetes.io/docs/concepts/configuration/manage-resources-containers */
const cpu = z.string().regex(/^([1-9]\d*m|\d+(\.\d{1,3})?)$/, 'must be a CPU quantity such as 250m or 2');
const memory = z.string().regex(/^[1-9]\d*(Ki|Mi|Gi)$/, 'must be a memory quantity such as 128Mi');

const replicas = z
  .strictObject({ min: z.int().min(1).max(100), max: z.int().min(1).max(100) })
  .refine(({ min, max }) => min <= max, { error: 'min must not be above max', path: ['min'] });

const planResources = z.strictObject({
  requests: z.strictObject({ cpu, memory }),
  limits: z.strictObject({ cpu, memory }),
  replicas,
});

const column = z.string().regex(/^[a-zA-Z0-9_][\w.-]{0,63}:.+$/, 'must be a column such as c:reserved');

const dataClass = z.strictObject({
  table: z.string().regex(/^[a-zA-Z0-9][\w.-]{0,49}$/, 'must be a Bigtable table name'),
  families: z.array(z.string().regex(/^[a-zA-Z0-9_][\w.-]{0,63}$/, 'must be a Bigtable family name')).min(1),
  /**
   * Columns in which a restore keeps the greater one of both states' numbers: what they count must not come twice. A column of 64-bit
   * numbers, or one of JSON objects, of which a member is the number.
   */
  keepGreater: z
    .array(z.union([column, z.strictObject({ column, member: z.string().min(1).max(100) })]))
    .min(1)
    .optional(),
});

const slo = z.strictObject({
  /** Share of requests in percent that must succeed over the window. */
  availability: z.number().gt(0).lt(100),
  /** 99th percentile of the time to answer, in milliseconds. */
  latencyP99Ms: z.int().positive().optional(),
  windowDays: z.int().min(1).max(90).default(30),
});

/** JSON Schema's own correctness is judged by the validator that compiles it (parameters.ts). */
const jsonSchema = z.looseObject({ type: z.literal('object') });

export const templateManifestSchema = z.strictObject({
  /** Where an editor finds the JSON Schema of this file; the platform does not read it. */
  $schema: z.string().max(300).optional(),
  schemaVersion: z.literal(1),
  name,
  version,
  description: z.string().min(1).max(500),
  run: z.strictObject({ command: z.array(z.string().min(1)).min(1) }),
  ports: portsSchema,
  health: z.strictObject({ live: httpPath, ready: httpPath }),
  parameters: jsonSchema,
  resources: z
    .record(name, planResources)
    .refine((plans) => Object.keys(plans).length > 0, 'must name at least one plan'),
  dataClasses: z.array(dataClass),
  /** Names of the secrets that a tenant may give the workload; each is a file of that name below SECRETS_DIR. */
  secrets: z
    .array(z.string().regex(/^[A-Z][A-Z0-9_]{0,62}$/, 'must be a name such as API_KEY'))
    .max(20)
    .optional(),
  slo: slo.optional(),
  migrations: migrationsSchema.optional(),
  flags: flagsSchema.optional(),
  conformance: conformanceSchema.optional(),
});

export type TemplateManifest = z.infer<typeof templateManifestSchema>;
export type PlanResources = z.infer<typeof planResources>;
