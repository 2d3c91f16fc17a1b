import type { PlanView } from '../catalog/plan.schema.js';
import type { Release } from '../catalog/catalog.service.js';
import type { JsonObject } from '../platform/json.js';

/** List prices in US dollars. What all tenants of a cell share (load balancer, Bigtable nodes, zone) is no part of one client's cost. */
export const prices = {
  currency: 'USD',
  asOf: '2026-01',
  region: 'us-central1',
  source: 'https://cloud.google.com/kubernetes-engine/pricing#autopilot_mode',
  /** Of a pod's requests, by the hour. */
  vcpuHour: 0.0445,
  gibibyteHour: 0.0049225,
  hoursPerMonth: 730,
} as const;

/**
 * What the workload of a client costs a month at its smallest, in dollars and cents. Traffic and stored bytes come on top: they are
 * metered, not planned.
 */
export function monthlyCost(
  { manifest }: Pick<Release, 'manifest'>,
  plan: Pick<PlanView, 'name' | 'replicas'>,
): JsonObject {
  const wanted = manifest.resources[plan.name];
  if (!wanted) return { currency: prices.currency, perMonth: 0, items: [], ...origin };
  const replicas = Math.min(Math.max(wanted.replicas.min, plan.replicas.min), plan.replicas.max);
  const hours = replicas * prices.hoursPerMonth;
  const vcpus = cpuOf(wanted.requests.cpu);
  const gibibytes = memoryOf(wanted.requests.memory);
  const items = [
    {
      what: 'vCPU of the pods',
      quantity: vcpus * replicas,
      unit: 'vCPU',
      perMonth: cents(vcpus * hours * prices.vcpuHour),
    },
    {
      what: 'memory of the pods',
      quantity: gibibytes * replicas,
      unit: 'GiB',
      perMonth: cents(gibibytes * hours * prices.gibibyteHour),
    },
  ];
  const perMonth = cents(items.reduce((sum, item) => sum + item.perMonth, 0));
  return { currency: prices.currency, perMonth, items, ...origin };
}

const origin = { source: prices.source, region: prices.region, asOf: prices.asOf };

function cents(dollars: number): number {
  return Math.round(dollars * 100) / 100;
}

/** Kubernetes' quantities: https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/ */
function cpuOf(quantity: string): number {
  return quantity.endsWith('m') ? Number(quantity.slice(0, -1)) / 1000 : Number(quantity);
}

function memoryOf(quantity: string): number {
  const [, amount = '0', unit = ''] = /^(\d+)(Ki|Mi|Gi)$/.exec(quantity) ?? [];
  return Number(amount) / { Ki: 1024 ** 2, Mi: 1024, Gi: 1 }[unit === 'Ki' || unit === 'Mi' ? unit : 'Gi'];
}
