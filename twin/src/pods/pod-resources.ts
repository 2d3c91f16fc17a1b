import { isJsonObject, listAt, objectAt, type Json, type JsonObject } from '../inventory/json.js';
import { compareQuantity, parseQuantity, quantityText } from '../rules/shape/quantity.js';
import type { Container } from './pod-template.js';

/** The part of a pod template that says what its containers ask for, and may use at most. */
export interface Asking {
  spec: { containers: readonly Pick<Container, 'name' | 'resources'>[] };
}

/** The same for each container, with what its namespace fills in. */
export type PodResources = readonly ({ name: string } & Container['resources'])[];

/**
 * The resources of a pod as the API server takes them: a container that names none has the LimitRange's, and its request is its limit
 * where it names that alone (kubernetes.io/docs/concepts/policy/limit-range).
 */
export function podResources({ spec }: Asking, limitRanges: readonly JsonObject[]): PodResources {
  const filledIn = (field: 'default' | 'defaultRequest') =>
    Object.fromEntries(
      containerItems(limitRanges)
        .flatMap((item) => Object.entries(objectAt(item, field)))
        .flatMap(([name, value]) => (isQuantity(value) ? [[name, value] as const] : [])),
    );
  const [limits, requests] = [filledIn('default'), filledIn('defaultRequest')];
  return spec.containers.map(({ name, resources: own }) => ({
    name,
    limits: { ...limits, ...own.limits },
    requests: { ...requests, ...own.limits, ...own.requests },
  }));
}

const isQuantity = (value: Json): value is string | number =>
  typeof value === 'string' || typeof value === 'number';

/**
 * What LimitRanges have against a pod, in the words of their admission plugin
 * (kubernetes/kubernetes, plugin/pkg/admission/limitranger/admission.go: minConstraint, maxConstraint).
 */
export function limitViolations(pod: PodResources, limitRanges: readonly JsonObject[]): string[] {
  return containerItems(limitRanges).flatMap((item) =>
    pod.flatMap((container) => [
      ...Object.entries(objectAt(item, 'max')).flatMap(([resource, most]) =>
        above(container, resource, most),
      ),
      ...Object.entries(objectAt(item, 'min')).flatMap(([name, least]) => below(container, name, least)),
    ]),
  );
}

function containerItems(limitRanges: readonly JsonObject[]): JsonObject[] {
  return limitRanges
    .flatMap((range) => listAt(range, 'spec', 'limits'))
    .filter(isJsonObject)
    .filter(({ type }) => type === 'Container');
}

function above({ limits, requests }: Container['resources'], resource: string, most: Json): string[] {
  const says = `maximum ${resource} usage per Container is ${quantityText(most)}`;
  const [limit, request] = [limits[resource], requests[resource]];
  if (limit === undefined) return [`${says}.  No limit is specified`];
  if (compareQuantity(limit, most) > 0) return [`${says}, but limit is ${String(limit)}`];
  if (request !== undefined && compareQuantity(request, most) > 0)
    return [`${says}, but request is ${String(request)}`];
  return [];
}

function below({ limits, requests }: Container['resources'], resource: string, least: Json): string[] {
  const says = `minimum ${resource} usage per Container is ${quantityText(least)}`;
  const [limit, request] = [limits[resource], requests[resource]];
  if (request === undefined) return [`${says}.  No request is specified`];
  if (compareQuantity(request, least) < 0) return [`${says}, but request is ${String(request)}`];
  if (limit !== undefined && compareQuantity(limit, least) < 0)
    return [`${says}, but limit is ${String(limit)}`];
  return [];
}

/** The sum over a pod's containers, or undefined where one of them names none. */
export function totalOf(
  pod: PodResources,
  kind: 'requests' | 'limits',
  resource: string,
): number | undefined {
  const values = pod.map((container) => parseQuantity(container[kind][resource]));
  const known = values.filter((value) => value !== undefined);
  return known.length < values.length ? undefined : known.reduce((sum, value) => sum + value, 0);
}
