import { z } from 'zod';
import type { Inventory } from '../inventory/inventory.js';
import { resourceTypes } from '../inventory/resource-types.js';
import { desiredDeployment } from '../pods/desired-deployment.js';
import type { PodRecord, PodRecords } from '../pods/pod-records.repository.js';
import { lastWords } from './last-words.js';

/** How far a Deployment is with its pods. */
export interface Rollout {
  /** Every pod is of the newest form and ready. */
  complete: boolean;
  /** What is waited for, in the Deployment controller's words. */
  message: string;
  /** Why waiting longer is of no use: its pods crash again and again, or are not taken. */
  stuck?: string;
}

export interface RolloutSources {
  inventory: Pick<Inventory, 'list'>;
  pods: Pick<PodRecords, 'list'>;
  /** `<data dir>/twin/pods` */
  podsFolder: string;
}

/** A pod that has ended so often in a row was not just unlucky; with the pauses between it takes about four seconds. */
const crashesToGiveUp = 5;
const linesOfLog = 3;

const status = z.object({
  observedGeneration: z.number().optional(),
  conditions: z.array(z.object({ type: z.string(), reason: z.string(), message: z.string() })).default([]),
});

/** Reads what the Deployment controller has observed: kubernetes.io/docs/concepts/workloads/controllers/deployment/#complete-deployment */
export async function rolloutOf(
  sources: RolloutSources,
  { cell, namespace, deployment }: { cell: string; namespace: string; deployment: string },
): Promise<Rollout> {
  const types = [resourceTypes.deployment, resourceTypes.horizontalPodAutoscaler];
  const listed = await sources.inventory.list({ cell, types, scope: namespace });
  const found = listed.find(({ type, name }) => type === resourceTypes.deployment && name === deployment);
  if (!found) return { complete: false, message: `There is no Deployment ${namespace}/${deployment}.` };
  const seen = status.safeParse(found.status);
  if (!seen.success || seen.data.observedGeneration !== found.generation)
    return { complete: false, message: 'Its newest form has not been looked at yet.' };
  const conditions = seen.data.conditions.filter(({ type }) => type !== 'Available');
  const complete = conditions.some(({ reason }) => reason === 'NewReplicaSetAvailable');
  const message = conditions.map((each) => each.message).join(' ');
  if (complete) return { complete, message };
  const failure = conditions.find(({ type }) => type === 'ReplicaFailure');
  if (failure) return { complete, message, stuck: failure.message };
  const desired = desiredDeployment(found, listed);
  const hash = typeof desired === 'object' ? desired.specHash : undefined;
  const crashing = (await sources.pods.list(cell)).find(
    (pod) => pod.namespace === namespace && pod.deployment === deployment && isHopeless(pod, hash),
  );
  if (!crashing) return { complete, message };
  return { complete, message, stuck: await crashReport(crashing, sources.podsFolder) };
}

function isHopeless({ phase, restarts, specHash }: PodRecord, hash: string | undefined): boolean {
  return phase === 'CrashLoopBackOff' && restarts >= crashesToGiveUp && specHash === hash;
}

async function crashReport({ name, restarts, message }: PodRecord, folder: string): Promise<string> {
  const words = await lastWords(folder, name, linesOfLog);
  const said = words.length === 0 ? '' : ` Its last lines: ${words.join(' | ')}`;
  return `The pod ${name} has ended ${String(restarts)} times in a row: ${message}.${said}`;
}
