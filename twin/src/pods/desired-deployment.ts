import { createHash } from 'node:crypto';
import { z } from 'zod';
import { at, textAt } from '../inventory/json.js';
import type { Resource } from '../inventory/resource.js';
import { podTemplateSchema, type PodTemplate } from './pod-template.js';

/** What a Deployment asks for. */
export interface DesiredDeployment {
  namespace: string;
  name: string;
  replicas: number;
  /** Extra pods allowed during a change. */
  maxSurge: number;
  /** Tells one pod template from another; a change of it means new pods. */
  specHash: string;
  template: PodTemplate;
}

const scale = z.object({ spec: z.object({ replicas: z.number().int().min(0).optional() }) });
const surge = z.union([z.number().int().min(0), z.string().regex(/^\d{1,3}%$/)]).catch('25%');
const autoscaler = z.object({
  spec: z.object({
    minReplicas: z.number().int().min(1).default(1),
    scaleTargetRef: z.object({ kind: z.string(), name: z.string() }),
  }),
});

/**
 * Reads a Deployment. A text is the reason why the twin cannot run it. Without `spec.replicas` the autoscaler that
 * points to it decides: its `minReplicas`, as the twin measures no load.
 */
export function desiredDeployment(
  deployment: Resource,
  autoscalers: Iterable<Resource>,
): DesiredDeployment | string {
  const rawTemplate = at(deployment.spec, 'spec', 'template');
  const template = podTemplateSchema.safeParse(rawTemplate);
  const scaled = scale.safeParse(deployment.spec);
  if (!template.success || !scaled.success) {
    const issue = (template.error ?? scaled.error)?.issues[0];
    return `the twin cannot run this pod template: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`;
  }
  const { scope: namespace, name } = deployment;
  const replicas = scaled.data.spec.replicas ?? smallestScale(namespace, name, autoscalers);
  return {
    namespace,
    name,
    replicas,
    maxSurge: surgeOf(
      surge.parse(at(deployment.spec, 'spec', 'strategy', 'rollingUpdate', 'maxSurge')),
      replicas,
    ),
    specHash: createHash('sha256').update(JSON.stringify(rawTemplate)).digest('hex').slice(0, 10),
    template: template.data,
  };
}

function smallestScale(namespace: string, name: string, autoscalers: Iterable<Resource>): number {
  for (const resource of autoscalers) {
    if (resource.scope !== namespace || textAt(resource.spec, 'spec', 'scaleTargetRef', 'name') !== name)
      continue;
    const parsed = autoscaler.safeParse(resource.spec);
    if (parsed.success && parsed.data.spec.scaleTargetRef.kind === 'Deployment')
      return parsed.data.spec.minReplicas;
  }
  return 1;
}

/** Percentages are rounded up, and at least one more is needed, since no pod may be missing during a change. */
function surgeOf(value: number | string, replicas: number): number {
  const pods = typeof value === 'number' ? value : Math.ceil((Number.parseInt(value, 10) / 100) * replicas);
  return Math.max(1, pods);
}
