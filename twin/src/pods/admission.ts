import { objectAt, type Json, type JsonObject } from '../inventory/json.js';
import { resourceTypes } from '../inventory/resource-types.js';
import type { ResourceReader } from '../mirror/inventory-mirror.js';
import { formatQuantity, parseQuantity, quantityText } from '../rules/shape/quantity.js';
import { limitViolations, podResources, totalOf, type Asking, type PodResources } from './pod-resources.js';

/**
 * Why the API server would not take another pod: what the LimitRanges and ResourceQuotas of its namespace say, in its own words.
 * Undefined when it is taken. `others` are all pods of the namespace (kubernetes.io/docs/concepts/policy/resource-quotas).
 */
export function whyForbidden(
  reader: ResourceReader,
  { namespace, name, template }: { namespace: string; name: string; template: Asking },
  others: readonly Asking[],
): string | undefined {
  const limitRanges = inNamespace(reader, resourceTypes.limitRange, namespace).map(({ spec }) => spec);
  const pod = podResources(template, limitRanges);
  const broken = limitViolations(pod, limitRanges);
  // apimachinery, util/errors: an aggregate of several is written in brackets.
  if (broken.length > 0) return forbidden(name, broken.length > 1 ? `[${broken.join(', ')}]` : broken.join());
  const taken = others.map((other) => podResources(other, limitRanges));
  const [reason] = inNamespace(reader, resourceTypes.resourceQuota, namespace).flatMap(
    (quota) => refusal(quota, pod, taken) ?? [],
  );
  return reason === undefined ? undefined : forbidden(name, reason);
}

/** k8s.io/apimachinery, pkg/api/errors: NewForbidden. */
const forbidden = (name: string, reason: string): string => `pods "${name}" is forbidden: ${reason}`;

type Named = Readonly<{ name: string; spec: JsonObject }>;

function inNamespace(reader: ResourceReader, type: string, scope: string): Named[] {
  return [...reader.all(type)].filter((resource) => resource.scope === scope);
}

/** One resource that a quota limits for pods. */
interface Limited {
  resource: string;
  limit: Json;
  use: (pod: PodResources) => number | undefined;
}

/**
 * kubernetes/kubernetes, pkg/quota/v1/evaluator/core/pods.go (Constraints) and apiserver, pkg/admission/plugin/resourcequota/controller.go
 * (CheckRequest).
 */
function refusal(quota: Named, pod: PodResources, taken: readonly PodResources[]): string | undefined {
  const limited = limitedBy(quota.spec);
  const unnamed = limited.filter(({ use }) => use(pod) === undefined).map(({ resource }) => resource);
  if (unnamed.length > 0) {
    const containers = pod.map(({ name }) => name).join(',');
    const missing = unnamed.map((resource) => `${resource} for: ${containers}`).join('; ');
    return `failed quota: ${quota.name}: must specify ${missing}`;
  }
  const exceeded = limited
    .map(({ use, ...rest }) => ({
      ...rest,
      asked: use(pod) ?? 0,
      used: taken.reduce((sum, other) => sum + (use(other) ?? 0), 0),
    }))
    .filter(({ asked, used, limit }) => asked > 0 && used + asked > (parseQuantity(limit) ?? 0));
  if (exceeded.length === 0) return undefined;
  const written = (value: (one: (typeof exceeded)[number]) => string): string =>
    exceeded.map((one) => `${one.resource}=${value(one)}`).join(',');
  return [
    `exceeded quota: ${quota.name}`,
    `requested: ${written(({ resource, asked }) => formatQuantity(asked, resource))}`,
    `used: ${written(({ resource, used }) => formatQuantity(used, resource))}`,
    `limited: ${written(({ limit }) => quantityText(limit))}`,
  ].join(', ');
}

/** In the order of their names, as the sentences have them. */
function limitedBy(quota: JsonObject): Limited[] {
  return Object.entries(objectAt(quota, 'spec', 'hard'))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([resource, limit]) => {
      const use = useOf(resource);
      return use === undefined ? [] : [{ resource, limit, use }];
    });
}

/** How much of a resource a pod takes; undefined for what pods take nothing of. */
function useOf(resource: string): Limited['use'] | undefined {
  if (resource === 'pods' || resource === 'count/pods') return () => 1;
  const [, prefix, kind] = /^(?:(requests|limits)\.)?(cpu|memory|ephemeral-storage)$/.exec(resource) ?? [];
  if (kind === undefined) return undefined;
  return (pod) => totalOf(pod, prefix === 'limits' ? 'limits' : 'requests', kind);
}
