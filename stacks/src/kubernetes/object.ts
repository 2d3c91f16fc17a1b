import { z } from 'zod';

const stringMap = z.record(z.string(), z.string());

/** A Kubernetes object as the API server takes it. What lies below `spec` is judged by the API server, not here. */
export const kubernetesObject = z.looseObject({
  apiVersion: z.string().min(1),
  kind: z.string().min(1),
  metadata: z.looseObject({
    name: z.string().min(1),
    namespace: z.string().min(1).optional(),
    labels: stringMap.optional(),
    annotations: stringMap.optional(),
  }),
});

export type KubernetesObject = z.output<typeof kubernetesObject>;

/** `apiVersion/kind`, by which the program finds the typed resource of an object. */
export function kindOf(object: KubernetesObject): string {
  return `${object.apiVersion}/${object.kind}`;
}
