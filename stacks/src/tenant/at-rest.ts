import type { KubernetesObject } from '../kubernetes/object.js';

/**
 * A workload without a running pod: Deployments of zero replicas, and no autoscaler, which would bring them back.
 * What is configured stays, so that a resumption starts what ran before.
 */
export function atRest(objects: readonly KubernetesObject[]): KubernetesObject[] {
  return objects
    .filter(({ kind }) => kind !== 'HorizontalPodAutoscaler')
    .map((object) => (object.kind === 'Deployment' ? withoutReplicas(object) : object));
}

function withoutReplicas(deployment: KubernetesObject): KubernetesObject {
  const { spec } = deployment;
  return { ...deployment, spec: { ...(typeof spec === 'object' ? spec : {}), replicas: 0 } };
}
