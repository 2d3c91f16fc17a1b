import { z } from 'zod';
import { kubernetesObject } from '../kubernetes/object.js';
import { workloadTelemetry } from './workload-telemetry.js';

const quantity = z.string().regex(/^\d+(\.\d+)?(m|Ki|Mi|Gi)?$/, 'must be a Kubernetes quantity');

/** What one client's stack is computed from. All of it is known before the run; nothing is looked up during it. */
export const tenantStackInput = z.strictObject({
  tenant: z.strictObject({
    id: z.string().min(1),
    slug: z.string().min(1),
    displayName: z.string().min(1),
    template: z.string().min(1),
    release: z.string().min(1),
    plan: z.string().min(1),
    rowKeyPrefix: z.string().min(1),
    labels: z.record(z.string(), z.string()),
  }),
  cell: z.strictObject({
    name: z.string().min(1),
    environment: z.enum(['development', 'staging', 'production']),
    domain: z.string().min(1),
    gcpProject: z.string().min(1),
    gcpProjectNumber: z.string().regex(/^\d+$/),
    region: z.string().min(1),
    gatewayNamespace: z.string().min(1),
    gatewayName: z.string().min(1),
    bucket: z.string().min(1),
    managedZone: z.string().min(1),
    certificateMap: z.string().min(1),
    bigtableInstance: z.string().min(1),
    edgeAddresses: z.array(z.ipv4()).min(1),
  }),
  /** Fully qualified, in lower case, without a trailing dot. */
  hostnames: z.array(z.string().min(1)).min(1),
  /** The objects that the chart rendered, and the digest of them. */
  workload: z.strictObject({
    objects: z.array(kubernetesObject),
    digest: z.string().min(1),
  }),
  /** The cell's Cloud Armor policy that the plan's limit asks for. */
  securityPolicy: z.string().min(1),
  /** Names of secrets in the cell's secret store, by the names of their files in the pod. Never a value. */
  secrets: z.record(z.string(), z.string()).default({}),
  /** Where its pods send their traces; null: nowhere. */
  telemetry: workloadTelemetry.nullable().default(null),
  /** The tables of the release that get a view of the client's rows, with their families; none where the plan has no views. */
  views: z
    .array(z.strictObject({ table: z.string().min(1), families: z.array(z.string().min(1)).min(1).max(10) }))
    .default([]),
  /** The release's ports beside `http`, which speak gRPC, and the paths of the services that each answers. */
  grpcPorts: z
    .array(
      z.strictObject({
        port: z.int().min(1024).max(65535),
        paths: z.array(z.string().startsWith('/')).min(1).max(20),
      }),
    )
    .default([]),
  /** Ceiling of the whole namespace, from the plan. */
  quota: z.strictObject({ cpu: quantity, memory: quantity, pods: z.int().positive() }),
  /**
   * What of it is seen. `live`: all. `suspended`: no pod runs, its names lead to the cell's holding page. `withdrawn`: neither
   * workload nor route nor record. What holds data and names stays in any case.
   */
  presence: z.enum(['live', 'suspended', 'withdrawn']).default('live'),
});

export type TenantStackInput = z.output<typeof tenantStackInput>;
