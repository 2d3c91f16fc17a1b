import * as kubernetes from '@pulumi/kubernetes';
import type * as pulumi from '@pulumi/pulumi';
import { kindOf, type KubernetesObject } from './object.js';

type Options = pulumi.CustomResourceOptions;
type Construct = (name: string, object: KubernetesObject, options: Options) => pulumi.CustomResource;

const { core, apps, autoscaling, policy, networking, scheduling, apiextensions } = kubernetes;

/**
 * The constructor of a typed resource. The SDK's argument types name `apiVersion` and `kind` as literals and leave no
 * room for what the API server alone can judge; the object was rendered or computed, and the provider checks its fields.
 */
function of(Resource: new (name: string, args: never, options: Options) => pulumi.CustomResource): Construct {
  return (name, object, options) => new Resource(name, object as never, options);
}

/** The Gateway API and GKE's policies have no class of their own in the SDK. */
const custom: Construct = (name, object, options) => new apiextensions.CustomResource(name, object, options);

/** Every kind that a stack may hold. What a chart may render of them is decided in tenant/policy.ts. */
export const constructors: Readonly<Record<string, Construct>> = {
  'v1/Namespace': of(core.v1.Namespace),
  'v1/ResourceQuota': of(core.v1.ResourceQuota),
  'v1/LimitRange': of(core.v1.LimitRange),
  'v1/ServiceAccount': of(core.v1.ServiceAccount),
  'v1/ConfigMap': of(core.v1.ConfigMap),
  'v1/Service': of(core.v1.Service),
  'apps/v1/Deployment': of(apps.v1.Deployment),
  'autoscaling/v2/HorizontalPodAutoscaler': of(autoscaling.v2.HorizontalPodAutoscaler),
  'policy/v1/PodDisruptionBudget': of(policy.v1.PodDisruptionBudget),
  'scheduling.k8s.io/v1/PriorityClass': of(scheduling.v1.PriorityClass),
  'networking.k8s.io/v1/NetworkPolicy': of(networking.v1.NetworkPolicy),
  'gateway.networking.k8s.io/v1/Gateway': custom,
  'gateway.networking.k8s.io/v1/HTTPRoute': custom,
  'gateway.networking.k8s.io/v1beta1/ReferenceGrant': custom,
  'secrets-store.csi.x-k8s.io/v1/SecretProviderClass': custom,
  'networking.gke.io/v1/GCPHTTPFilter': custom,
  'networking.gke.io/v1/GCPBackendPolicy': custom,
  'networking.gke.io/v1/HealthCheckPolicy': custom,
};

/**
 * Registers an object as the typed resource of its kind, under `<Kind>/<name>`.
 * @throws Error when the kind has no constructor.
 */
export function registerObject(object: KubernetesObject, options: Options): pulumi.CustomResource {
  const construct = constructors[kindOf(object)];
  if (!construct)
    throw new Error(`${object.kind} "${object.metadata.name}": stacks do not hold ${kindOf(object)}`);
  return construct(`${object.kind}/${object.metadata.name}`, object, options);
}
