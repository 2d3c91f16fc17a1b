import * as kubernetes from '@pulumi/kubernetes';
import type * as pulumi from '@pulumi/pulumi';
import { kindOf, type KubernetesObject } from './object.js';

type Options = pulumi.CustomResourceOptions;
type Construct = (name: string, object: KubernetesObject, options: Options) => pulumi.CustomResource;

const { core, apps, autoscaling, policy, networking, apiextensions } = kubernetes;

/** Kinds without an SDK class of their own: the Gateway API and GKE's policies are custom resources. */
const custom: Construct = (name, object, options) => new apiextensions.CustomResource(name, object, options);

/** Every kind that a stack may hold. What a chart may render of them is decided in tenant/policy.ts. */
export const constructors: Readonly<Record<string, Construct>> = {
  'v1/Namespace': (name, object, options) => new core.v1.Namespace(name, typed(object), options),
  'v1/ResourceQuota': (name, object, options) => new core.v1.ResourceQuota(name, typed(object), options),
  'v1/LimitRange': (name, object, options) => new core.v1.LimitRange(name, typed(object), options),
  'v1/ServiceAccount': (name, object, options) => new core.v1.ServiceAccount(name, typed(object), options),
  'v1/ConfigMap': (name, object, options) => new core.v1.ConfigMap(name, typed(object), options),
  'v1/Service': (name, object, options) => new core.v1.Service(name, typed(object), options),
  'apps/v1/Deployment': (name, object, options) => new apps.v1.Deployment(name, typed(object), options),
  'autoscaling/v2/HorizontalPodAutoscaler': (name, object, options) =>
    new autoscaling.v2.HorizontalPodAutoscaler(name, typed(object), options),
  'policy/v1/PodDisruptionBudget': (name, object, options) =>
    new policy.v1.PodDisruptionBudget(name, typed(object), options),
  'networking.k8s.io/v1/NetworkPolicy': (name, object, options) =>
    new networking.v1.NetworkPolicy(name, typed(object), options),
  'gateway.networking.k8s.io/v1/Gateway': custom,
  'gateway.networking.k8s.io/v1/HTTPRoute': custom,
  'networking.gke.io/v1/GCPHTTPFilter': custom,
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

/**
 * The SDK's argument types name `apiVersion` and `kind` as literals and leave no room for what the API server alone
 * can judge; the object was rendered or computed, and the provider checks every field of it.
 */
function typed<Args>(object: KubernetesObject): Args {
  return object as Args;
}
