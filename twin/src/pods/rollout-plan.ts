/** What the plan needs to know of a pod. */
export interface PodFact {
  name: string;
  specHash: string;
  ready: boolean;
  /** It is on its way out already. */
  stopping: boolean;
}

export interface RolloutPlan {
  create: number;
  stop: string[];
}

/**
 * The next moves towards `replicas` pods of the wanted spec, with never fewer ready pods than there are or should be
 * (maxUnavailable 0): new pods first, old ones go as new ones become ready. Pods are listed oldest first.
 */
export function planRollout(
  desired: { replicas: number; maxSurge: number; specHash: string },
  pods: readonly PodFact[],
): RolloutPlan {
  const live = pods.filter(({ stopping }) => !stopping);
  const current = live.filter(({ specHash }) => specHash === desired.specHash);
  const old = live.filter(({ specHash }) => specHash !== desired.specHash);
  const surplus = mostDispensableFirst(current).slice(0, Math.max(0, current.length - desired.replicas));
  const outdated = dispensableOld(old, live, surplus, desired.replicas);
  const stop = [...surplus, ...outdated].map(({ name }) => name);
  const room = desired.replicas + desired.maxSurge - (live.length - stop.length);
  return { create: Math.max(0, Math.min(desired.replicas - current.length, room)), stop };
}

function dispensableOld(
  old: readonly PodFact[],
  live: readonly PodFact[],
  surplus: readonly PodFact[],
  replicas: number,
): PodFact[] {
  const stillReady = live.filter((pod) => pod.ready && !surplus.includes(pod)).length;
  const spare = Math.max(0, stillReady - replicas);
  return [...old.filter(({ ready }) => !ready), ...old.filter(({ ready }) => ready).slice(0, spare)];
}

/** Pods that are not ready go first, then the youngest. */
function mostDispensableFirst(pods: readonly PodFact[]): PodFact[] {
  return pods.toReversed().sort((a, b) => Number(a.ready) - Number(b.ready));
}
