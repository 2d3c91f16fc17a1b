import { z } from 'zod';

/** The parts of a Deployment that the twin acts on (kubernetes.io/docs/reference/kubernetes-api/workload-resources). */

const dnsLabel = z.string().regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/);
const portReference = z.union([z.number().int(), z.string()]);
const relativePath = z
  .string()
  .min(1)
  .refine((path) => !path.startsWith('/') && !path.split('/').includes('..'), 'must stay inside its volume');

const probe = z.object({
  httpGet: z.object({ path: z.string().startsWith('/').default('/'), port: portReference }),
  initialDelaySeconds: z.number().min(0).default(0),
  periodSeconds: z.number().min(1).default(10),
  timeoutSeconds: z.number().min(1).default(1),
  successThreshold: z.number().int().min(1).default(1),
  failureThreshold: z.number().int().min(1).default(3),
});
export type Probe = z.infer<typeof probe>;

const envVar = z.object({
  name: z.string().min(1),
  value: z.string().optional(),
  valueFrom: z
    .object({
      fieldRef: z.object({ fieldPath: z.string() }).optional(),
      configMapKeyRef: z
        .object({ name: z.string(), key: z.string(), optional: z.boolean().default(false) })
        .optional(),
    })
    .optional(),
});

const quantities = z.record(z.string(), z.union([z.string(), z.number()])).default({});

const container = z.object({
  name: z.string(),
  image: z.string().min(1),
  command: z.array(z.string()).optional(),
  args: z.array(z.string()).default([]),
  ports: z.array(z.object({ name: z.string().optional(), containerPort: z.number().int() })).default([]),
  env: z.array(envVar).default([]),
  envFrom: z
    .array(
      z.object({
        prefix: z.string().default(''),
        configMapRef: z.object({ name: z.string(), optional: z.boolean().default(false) }).optional(),
      }),
    )
    .default([]),
  volumeMounts: z.array(z.object({ name: dnsLabel, mountPath: z.string().startsWith('/') })).default([]),
  resources: z.object({ requests: quantities, limits: quantities }).default({ requests: {}, limits: {} }),
  readinessProbe: probe.optional(),
  livenessProbe: probe.optional(),
});
export type Container = z.infer<typeof container>;
export type ContainerPort = Container['ports'][number];

/** The port that PORT names: the one called `http`, or the first. */
export function mainPort({ ports }: Pick<Container, 'ports'>): ContainerPort | undefined {
  return ports.find(({ name }) => name === 'http') ?? ports[0];
}

/** The ports beside it. */
export function otherPorts(container: Pick<Container, 'ports'>): ContainerPort[] {
  const main = mainPort(container);
  return container.ports.filter((port) => port !== main);
}

const tokenSource = z.object({
  audience: z.string().min(1),
  expirationSeconds: z.number().int().min(600).default(3_600),
  path: relativePath,
});
export type TokenSource = z.infer<typeof tokenSource>;

/** Kinds of volumes that the twin does not know are refused by `strictObject`, so that no pod runs without its files. */
const volume = z.strictObject({
  name: dnsLabel,
  emptyDir: z.looseObject({}).optional(),
  csi: z
    .strictObject({
      driver: z.literal('secrets-store-gke.csi.k8s.io'),
      readOnly: z.boolean().optional(),
      volumeAttributes: z.strictObject({ secretProviderClass: z.string() }),
    })
    .optional(),
  projected: z
    .object({
      sources: z.array(z.strictObject({ serviceAccountToken: tokenSource })),
      defaultMode: z.number().optional(),
    })
    .optional(),
});

export const podTemplateSchema = z.object({
  metadata: z.object({ labels: z.record(z.string(), z.string()).default({}) }).default({ labels: {} }),
  spec: z.object({
    serviceAccountName: z.string().default('default'),
    terminationGracePeriodSeconds: z.number().min(0).default(30),
    initContainers: z.array(z.unknown()).max(0, 'the twin runs no init containers').default([]),
    containers: z.tuple([container], 'the twin runs pods of one container'),
    volumes: z.array(volume).default([]),
  }),
});
export type PodTemplate = z.infer<typeof podTemplateSchema>;
