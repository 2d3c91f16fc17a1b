import { z } from 'zod';

/** kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors */
export const labelSelector = z.object({
  matchLabels: z.record(z.string(), z.string()).default({}),
  matchExpressions: z
    .array(
      z.object({
        key: z.string(),
        operator: z.enum(['In', 'NotIn', 'Exists', 'DoesNotExist']),
        values: z.array(z.string()).default([]),
      }),
    )
    .default([]),
});
export type LabelSelector = z.infer<typeof labelSelector>;

/** Whether labels meet every requirement of a selector; an empty selector takes all. */
export function selects(selector: LabelSelector, labels: Readonly<Record<string, unknown>>): boolean {
  return (
    Object.entries(selector.matchLabels).every(([key, value]) => labels[key] === value) &&
    selector.matchExpressions.every((requirement) => meets(requirement, labels[requirement.key]))
  );
}

function meets({ operator, values }: LabelSelector['matchExpressions'][number], label: unknown): boolean {
  const listed = typeof label === 'string' && values.includes(label);
  switch (operator) {
    case 'In':
      return listed;
    case 'NotIn':
      return !listed;
    case 'Exists':
      return label !== undefined;
    case 'DoesNotExist':
      return label === undefined;
  }
}
