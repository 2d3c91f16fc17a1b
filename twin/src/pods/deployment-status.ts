import type { Json, JsonObject } from '../inventory/json.js';
import type { PodPhase } from './pod-records.repository.js';

export interface PodCondition {
  specHash: string;
  ready: boolean;
  stopping: boolean;
  phase: PodPhase;
  message: string;
}

/** The status that a Deployment controller writes: kubernetes.io/docs/concepts/workloads/controllers/deployment/#deployment-status */
export function deploymentStatus(
  generation: number,
  desired: { replicas: number; specHash: string },
  pods: readonly PodCondition[],
  /** Why the next pod was not taken. */
  forbidden?: string,
): JsonObject {
  const live = pods.filter(({ stopping }) => !stopping);
  const updated = live.filter(({ specHash }) => specHash === desired.specHash);
  const ready = live.filter((pod) => pod.ready).length;
  const complete =
    live.length === desired.replicas && updated.filter((pod) => pod.ready).length === desired.replicas;
  const trouble = live.find(({ ready: isReady, message }) => !isReady && message !== '');
  return {
    observedGeneration: generation,
    replicas: live.length,
    updatedReplicas: updated.length,
    readyReplicas: ready,
    availableReplicas: ready,
    unavailableReplicas: Math.max(0, desired.replicas - ready),
    conditions: [
      available(ready, desired.replicas),
      progressing(complete, trouble),
      ...(forbidden === undefined ? [] : [condition('ReplicaFailure', true, 'FailedCreate', forbidden)]),
    ],
  };
}

/** The status of a Deployment that the twin cannot run. */
export function refusedStatus(generation: number, reason: string): JsonObject {
  return {
    observedGeneration: generation,
    replicas: 0,
    readyReplicas: 0,
    availableReplicas: 0,
    conditions: [condition('ReplicaFailure', true, 'FailedCreate', reason)],
  };
}

const available = (ready: number, replicas: number): Json =>
  ready >= replicas
    ? condition('Available', true, 'MinimumReplicasAvailable', 'Deployment has minimum availability.')
    : condition(
        'Available',
        false,
        'MinimumReplicasUnavailable',
        'Deployment does not have minimum availability.',
      );

function progressing(complete: boolean, trouble: PodCondition | undefined): Json {
  if (complete)
    return condition('Progressing', true, 'NewReplicaSetAvailable', 'All pods of the new spec are ready.');
  if (trouble) return condition('Progressing', true, trouble.phase, trouble.message);
  return condition('Progressing', true, 'ReplicaSetUpdated', 'Pods of the new spec are starting.');
}

const condition = (type: string, status: boolean, reason: string, message: string): Json => ({
  type,
  status: status ? 'True' : 'False',
  reason,
  message,
});
