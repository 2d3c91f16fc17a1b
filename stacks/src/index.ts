/**
 * @leasehold/stacks: what a client, a cell and the platform own in the cloud. This entry is pure and light;
 * the Pulumi programs, which load the SDKs of the clouds, are `@leasehold/stacks/programs`.
 */
export { kubernetesObject, type KubernetesObject } from './kubernetes/object.js';
export { chartValues, grpcPortsOf, type ChartInput } from './tenant/chart-values.js';
export {
  accessObject,
  app,
  brandingAssetObject,
  brandingFolder,
  brandingObject,
  quotaObject,
  brandingPreviewObject,
  namespaceOf,
} from './tenant/names.js';
export { holdingPage } from './cell/holding-page-names.js';
export { securityPolicyName } from './cell/compute-security-policies.js';
export { planTerms, type PlanTerms } from './tenant/plan-terms.js';
export { checkPolicy, type PolicyFinding } from './tenant/policy.js';
export { workloadTelemetry, type WorkloadTelemetry } from './tenant/workload-telemetry.js';
export { tenantStackInput, type TenantStackInput } from './tenant/tenant.input.js';
