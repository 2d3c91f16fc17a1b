import { resourceTypes, type ProviderName, type ResourceType } from '../inventory/resource-types.js';
import { nearest } from './shape/nearest.js';
import type { TypeRule } from './type-rule.js';

type Loader = () => Promise<{ rule: TypeRule }>;

/** Each type's rule is loaded when it is first used. */
const loaders: Readonly<Record<ResourceType, Loader>> = {
  [resourceTypes.namespace]: () => import('./kubernetes/namespace.js'),
  [resourceTypes.resourceQuota]: () => import('./kubernetes/resource-quota.js'),
  [resourceTypes.limitRange]: () => import('./kubernetes/limit-range.js'),
  [resourceTypes.serviceAccount]: () => import('./kubernetes/service-account.js'),
  [resourceTypes.configMap]: () => import('./kubernetes/config-map.js'),
  [resourceTypes.service]: () => import('./kubernetes/service.js'),
  [resourceTypes.deployment]: () => import('./kubernetes/deployment.js'),
  [resourceTypes.horizontalPodAutoscaler]: () => import('./kubernetes/horizontal-pod-autoscaler.js'),
  [resourceTypes.podDisruptionBudget]: () => import('./kubernetes/pod-disruption-budget.js'),
  [resourceTypes.priorityClass]: () => import('./kubernetes/priority-class.js'),
  [resourceTypes.networkPolicy]: () => import('./kubernetes/network-policy.js'),
  [resourceTypes.gateway]: () => import('./kubernetes/gateway.js'),
  [resourceTypes.httpRoute]: () => import('./kubernetes/http-route.js'),
  [resourceTypes.referenceGrant]: () => import('./kubernetes/reference-grant.js'),
  [resourceTypes.gcpHttpFilter]: () => import('./kubernetes/gcp-http-filter.js'),
  [resourceTypes.gcpBackendPolicy]: () => import('./kubernetes/gcp-backend-policy.js'),
  [resourceTypes.healthCheckPolicy]: () => import('./kubernetes/health-check-policy.js'),
  [resourceTypes.secretProviderClass]: () => import('./kubernetes/secret-provider-class.js'),
  [resourceTypes.managedZone]: () => import('./gcp/managed-zone.js'),
  [resourceTypes.recordSet]: () => import('./gcp/record-set.js'),
  [resourceTypes.bucket]: () => import('./gcp/bucket.js'),
  [resourceTypes.managedFolder]: () => import('./gcp/managed-folder.js'),
  [resourceTypes.managedFolderIamMember]: () => import('./gcp/managed-folder-iam-member.js'),
  [resourceTypes.securityPolicy]: () => import('./gcp/security-policy.js'),
  [resourceTypes.secretIamMember]: () => import('./gcp/secret-iam-member.js'),
  [resourceTypes.bigtableInstance]: () => import('./gcp/bigtable-instance.js'),
  [resourceTypes.bigtableTable]: () => import('./gcp/bigtable-table.js'),
  [resourceTypes.bigtableGcPolicy]: () => import('./gcp/bigtable-gc-policy.js'),
  [resourceTypes.authorizedView]: () => import('./gcp/authorized-view.js'),
  [resourceTypes.dnsAuthorization]: () => import('./gcp/dns-authorization.js'),
  [resourceTypes.certificate]: () => import('./gcp/certificate.js'),
  [resourceTypes.certificateMap]: () => import('./gcp/certificate-map.js'),
  [resourceTypes.certificateMapEntry]: () => import('./gcp/certificate-map-entry.js'),
};

/** The twin does not know resources of this type. */
export class UnknownResourceTypeError extends Error {
  override readonly name = 'UnknownResourceTypeError';
}

/**
 * The rule of a type.
 * @throws UnknownResourceTypeError for a type that the twin does not hold, or that is another provider's
 */
export async function ruleOf(token: string, provider: ProviderName): Promise<TypeRule> {
  if (!isKnown(token) || !token.startsWith(`${provider}:`))
    throw new UnknownResourceTypeError(unknownType(token));
  const { rule } = await loaders[token]();
  return rule;
}

/** Whether the twin holds resources of the type. */
export function isKnown(token: string): token is ResourceType {
  return Object.hasOwn(loaders, token);
}

function unknownType(token: string): string {
  const kind = (type: string): string => type.slice(type.lastIndexOf(':') + 1);
  const meant =
    Object.keys(loaders).find((type) => kind(type) === kind(token)) ?? nearest(token, Object.keys(loaders));
  const hint = meant === undefined ? '' : `, did you mean ${meant}?`;
  return `the twin has no resources of the type ${token}${hint}`;
}
