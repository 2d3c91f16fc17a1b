import { z } from 'zod';
import type { Inventory } from '../inventory/inventory.js';
import { resourceTypes } from '../inventory/resource-types.js';

/** How far a Deployment is with its pods. */
export interface Rollout {
  /** Every pod is of the newest form and ready. */
  complete: boolean;
  /** What is waited for, in the Deployment controller's words. */
  message: string;
}

const status = z.object({
  observedGeneration: z.number().optional(),
  conditions: z.array(z.object({ type: z.string(), reason: z.string(), message: z.string() })).default([]),
});

/** Reads what the Deployment controller has observed: kubernetes.io/docs/concepts/workloads/controllers/deployment/#complete-deployment */
export async function rolloutOf(
  inventory: Pick<Inventory, 'list'>,
  { cell, namespace, deployment }: { cell: string; namespace: string; deployment: string },
): Promise<Rollout> {
  const types = [resourceTypes.deployment];
  const found = (await inventory.list({ cell, types, scope: namespace })).find(
    ({ name }) => name === deployment,
  );
  if (!found) return { complete: false, message: `There is no Deployment ${namespace}/${deployment}.` };
  const seen = status.safeParse(found.status);
  if (!seen.success || seen.data.observedGeneration !== found.generation)
    return { complete: false, message: 'Its newest form has not been looked at yet.' };
  const conditions = seen.data.conditions.filter(({ type }) => type !== 'Available');
  return {
    complete: conditions.some(({ reason }) => reason === 'NewReplicaSetAvailable'),
    message: conditions.map(({ message }) => message).join(' '),
  };
}
