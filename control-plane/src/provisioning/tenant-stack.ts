import {
  chartValues,
  grpcPortsOf,
  securityPolicyName,
  type TenantStackInput,
  type WorkloadTelemetry,
} from '@leasehold/stacks';
import { z } from 'zod';
import type { Release } from '../catalog/catalog.service.js';
import type { PlanView } from '../catalog/plan.schema.js';
import type { Cell } from '../cells/cells.service.js';
import { AppError } from '../platform/app-error.js';
import type { StackId } from '../stack-runner/stack-run.js';
import type { PreviewedTenant } from '../tenants/previewed-tenant.js';
import type { Tenant } from '../tenants/tenants.service.js';
import { cellGround } from './cell-ground.js';
import type { RenderedChart } from './chart-renderer.js';

/** Everything that a tenant's stack follows from. */
export interface TenantFacts extends StackFacts {
  readonly tenant: Tenant;
}

/** The same of a tenant that may only be thought up. */
export interface StackFacts {
  readonly tenant: PreviewedTenant;
  readonly release: Release;
  readonly plan: PlanView;
  readonly cell: Cell;
  /** The platform's; null: workloads send no traces. */
  readonly telemetry: WorkloadTelemetry | null;
}

/** What the stacks of a cell and of its domain's zone gave. */
export const cellOutputs = z.object({
  gatewayNamespace: z.string(),
  gatewayName: z.string(),
  bucket: z.string(),
  managedZone: z.string(),
  // A cell that was applied by an older version has none of these.
  certificateMap: z.string().optional(),
  bigtableInstance: z.string().optional(),
  tables: z.array(z.string()).default([]),
  securityPolicies: z.array(z.string()).default([]),
});

export function tenantStack(tenantId: string): StackId {
  return { project: 'leasehold-tenant', name: tenantId };
}

/** A tenant's stack without a workload, a route or a record: what it needs while it waits for its deletion or is being erased. */
export const noWorkload: RenderedChart = { objects: [], digest: 'none' };

/** The input of the tenant's stack program. Pure: equal facts give an equal input. */
export function tenantStackInputOf(
  facts: StackFacts,
  workload: RenderedChart,
  presence: TenantStackInput['presence'],
): TenantStackInput {
  const { tenant, cell, plan } = facts;
  return {
    tenant: stackTenant(facts),
    cell: {
      name: cell.name,
      environment: cell.environment,
      domain: cell.domain,
      region: cell.region,
      ...place(cell),
      ...ground(cell),
    },
    hostnames: [...tenant.hostnames],
    workload: { objects: [...workload.objects], digest: workload.digest },
    securityPolicy: requireSecurityPolicy(cell, plan),
    secrets: { ...tenant.secretRefs },
    telemetry: facts.telemetry,
    views: computeViews(facts),
    grpcPorts: grpcPortsOf(facts.release.manifest).map(({ port, paths }) => ({ port, paths })),
    quota: plan.quota,
    presence,
  };
}

/** The values with which the release's chart is rendered for a tenant. */
export function tenantChartValues(facts: StackFacts): unknown {
  const { release, cell, tenant, plan } = facts;
  return chartValues({
    tenant: stackTenant(facts),
    cell: {
      name: cell.name,
      bigtableInstance: cellGround(cell).bigtableInstance,
      bucket: requireOutputs(cell).bucket,
      gcpProject: cellGround(cell).gcpProject,
    },
    image: release.image,
    manifest: release.manifest,
    parameters: tenant.parameters,
    secrets: tenant.secretRefs,
    telemetry: facts.telemetry,
    terms: { replicas: plan.replicas, isolation: plan.isolation },
  });
}

function stackTenant({ tenant, release, plan }: StackFacts): TenantStackInput['tenant'] {
  return {
    id: tenant.id,
    slug: tenant.slug,
    displayName: tenant.displayName,
    template: tenant.template,
    release: release.version,
    plan: plan.name,
    rowKeyPrefix: requirePrefix(tenant),
    labels: { ...tenant.labels },
  };
}

type Place =
  'gatewayNamespace' | 'gatewayName' | 'bucket' | 'managedZone' | 'certificateMap' | 'bigtableInstance';

function place(cell: Cell): Pick<TenantStackInput['cell'], Place> {
  const { gatewayNamespace, gatewayName, bucket, managedZone, certificateMap, bigtableInstance } =
    requireOutputs(cell);
  if (certificateMap === undefined) throw outdated(cell, 'has no certificates yet');
  if (bigtableInstance === undefined) throw outdated(cell, 'has no Bigtable instance yet');
  return { gatewayNamespace, gatewayName, bucket, managedZone, certificateMap, bigtableInstance };
}

function ground(
  cell: Cell,
): Pick<TenantStackInput['cell'], 'gcpProject' | 'gcpProjectNumber' | 'edgeAddresses'> {
  const { gcpProject, gcpProjectNumber, edgeAddresses } = cellGround(cell);
  return { gcpProject, gcpProjectNumber, edgeAddresses: [...edgeAddresses] };
}

/** The tables of the release, where the plan fences a tenant's rows; `tables` says what the cell had when it was applied last. */
function computeViews({ release, plan, cell }: StackFacts): TenantStackInput['views'] {
  if (!plan.authorizedView) return [];
  const { tables } = requireOutputs(cell);
  return release.manifest.dataClasses.map(({ table, families }) => {
    if (!tables.includes(table)) throw outdated(cell, `has no table ${table} yet`);
    return { table, families: [...families] };
  });
}

function requirePrefix(tenant: PreviewedTenant): string {
  if (tenant.rowKeyPrefix !== null) return tenant.rowKeyPrefix;
  throw new Error(`The tenant ${tenant.id} has no row-key prefix.`);
}

/** The policies of a cell were made for the plans that there were when it was applied last. */
function requireSecurityPolicy(cell: Cell, { name, rateLimit }: PlanView): string {
  const policy = securityPolicyName(cell.name, rateLimit?.requestsPerSecond ?? null);
  if (requireOutputs(cell).securityPolicies.includes(policy)) return policy;
  throw outdated(cell, `does not know the limit of the plan ${name} yet`);
}

function outdated({ name }: Cell, what: string): AppError {
  return new AppError('conflict', 'cell_outdated', {
    publicMessage: `The cell ${name} ${what}; POST /v1/cells/${name}/apply brings it.`,
    resource: name,
  });
}

function requireOutputs(cell: Cell): z.infer<typeof cellOutputs> {
  const parsed = cellOutputs.safeParse(cell.outputs);
  if (parsed.success) return parsed.data;
  throw new AppError('unavailable', 'cell_not_ready', {
    publicMessage: `The cell ${cell.name} is not ready yet.`,
    retryable: true,
    resource: cell.name,
  });
}
