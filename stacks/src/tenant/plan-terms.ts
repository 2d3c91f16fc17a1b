import { z } from 'zod';

/** What a plan says of a tenant's workload beyond its quota; the plan itself is the control plane's. */
export const planTerms = z.strictObject({
  /** Bounds of the replicas that a release asks for. */
  replicas: z.strictObject({ min: z.int().positive(), max: z.int().positive() }),
  isolation: z.strictObject({
    spread: z.enum(['preferred', 'required']),
    priority: z.enum(['low', 'normal', 'high']),
    nodeSelector: z.record(z.string(), z.string()),
  }),
});
export type PlanTerms = z.output<typeof planTerms>;

/** The priority class of a plan's pods, which each cell has. */
export function priorityClassOf(priority: PlanTerms['isolation']['priority']): string {
  return `leasehold-${priority}`;
}

/** How many replicas there are: what the release asks for, within what the plan allows. */
export function replicasWithin(
  asked: { readonly min: number; readonly max: number },
  { min, max }: PlanTerms['replicas'],
): { min: number; max: number } {
  const clamp = (value: number): number => Math.min(Math.max(value, min), max);
  return { min: clamp(asked.min), max: clamp(asked.max) };
}
