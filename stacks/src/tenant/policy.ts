import { kindOf, type KubernetesObject } from '../kubernetes/object.js';

export interface PolicyFinding {
  /** `Deployment/app`. */
  readonly object: string;
  readonly rule: string;
  readonly message: string;
}

/** Kinds that a chart may render; the rest of a tenant's objects are the stack's own. */
export const workloadKinds = new Set([
  'v1/ConfigMap',
  'v1/Service',
  'apps/v1/Deployment',
  'autoscaling/v2/HorizontalPodAutoscaler',
  'policy/v1/PodDisruptionBudget',
]);

/**
 * The gate between a rendered chart and the cloud: what a release's chart may contain.
 * Pod Security is enforced by the namespace as well; here it is found before anything is changed.
 */
export function checkPolicy(objects: readonly KubernetesObject[], namespace: string): PolicyFinding[] {
  return objects.flatMap((object) => [
    ...checkKind(object),
    ...checkNamespace(object, namespace),
    ...checkService(object),
  ]);
}

function checkKind(object: KubernetesObject): PolicyFinding[] {
  const kind = kindOf(object);
  if (workloadKinds.has(kind)) return [];
  return [
    finding(object, 'kind', `a chart may not render ${kind}; it may render ${[...workloadKinds].join(', ')}`),
  ];
}

function checkNamespace(object: KubernetesObject, namespace: string): PolicyFinding[] {
  if (object.metadata.namespace === namespace) return [];
  return [
    finding(
      object,
      'namespace',
      `must be in namespace ${namespace}, but is in ${object.metadata.namespace ?? 'none'}`,
    ),
  ];
}

function checkService(object: KubernetesObject): PolicyFinding[] {
  if (kindOf(object) !== 'v1/Service') return [];
  const spec = object['spec'];
  const type = typeof spec === 'object' && spec !== null && 'type' in spec ? spec.type : 'ClusterIP';
  if (type === 'ClusterIP') return [];
  return [
    finding(object, 'service-type', `must be of type ClusterIP: a tenant is reached through its route alone`),
  ];
}

function finding(object: KubernetesObject, rule: string, message: string): PolicyFinding {
  return { object: `${object.kind}/${object.metadata.name}`, rule, message };
}
