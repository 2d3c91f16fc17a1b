import type { KubernetesObject } from '../kubernetes/object.js';
import { priorityClassOf } from '../tenant/plan-terms.js';

/** Larger ones stay when a cluster is full. None pushes running pods of others out: a client's pod is not another's to end. */
const values = { low: 1_000, normal: 10_000, high: 100_000 } as const;

/** The priorities that plans give their pods: https://kubernetes.io/docs/concepts/scheduling-eviction/pod-priority-preemption */
export function computePriorityClasses(labels: Readonly<Record<string, string>>): KubernetesObject[] {
  return (['low', 'normal', 'high'] as const).map((priority) => ({
    apiVersion: 'scheduling.k8s.io/v1',
    kind: 'PriorityClass',
    metadata: { name: priorityClassOf(priority), labels: { ...labels } },
    value: values[priority],
    preemptionPolicy: 'Never',
    globalDefault: false,
    description: `Pods of clients whose plan has the priority ${priority}`,
  }));
}
