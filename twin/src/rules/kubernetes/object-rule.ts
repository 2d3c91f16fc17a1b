import { objectAt, textAt, type JsonObject } from '../../inventory/json.js';
import type { Reference, Resource } from '../../inventory/resource.js';
import { resourceTypes, type ResourceType } from '../../inventory/resource-types.js';
import { dnsSubdomain } from '../shape/names.js';
import { object, oneOf, type Fields, type Shape, type TextRule } from '../shape/shape.js';
import { isUnknown } from '../shape/unknown.js';
import type { Identity, TypeRule } from '../type-rule.js';
import { metadata } from './metadata.js';

/** What differs from one kind of Kubernetes object to the next. */
export interface ObjectKind {
  token: ResourceType;
  /** False for objects of the whole cluster. */
  namespaced?: boolean;
  /** The rule of `metadata.name`; a DNS subdomain by default. */
  name?: TextRule;
  required?: Fields;
  optional?: Fields;
  check?: Parameters<typeof object>[2];
  immutable?: readonly string[];
  references?: (inputs: JsonObject) => Reference[];
  admit?: TypeRule['admit'];
  defaults?: (inputs: JsonObject) => JsonObject;
  initialStatus?: JsonObject;
}

/** The rule of a kind, with what the API server demands of every object. */
export function objectRule(kind: ObjectKind): TypeRule {
  const namespaced = kind.namespaced ?? true;
  return {
    token: kind.token,
    provider: 'kubernetes',
    shape: object({ ...head(kind, namespaced), ...kind.required }, kind.optional, kind.check),
    immutable: ['apiVersion', 'kind', 'metadata.name', 'metadata.namespace', ...(kind.immutable ?? [])],
    identity: (inputs) => identity(inputs, namespaced),
    references: (inputs) => [...namespaceOf(inputs, namespaced), ...(kind.references?.(inputs) ?? [])],
    outputs,
    computed: [...liveMetadata.map((field) => `metadata.${field}`), 'status'],
    ...(kind.admit && { admit: kind.admit }),
    ...(kind.defaults && { defaults: kind.defaults }),
    ...(kind.initialStatus && { initialStatus: kind.initialStatus }),
  };
}

/** `kubernetes:apps/v1:Deployment` is `apps/v1`, `Deployment`; the core group has no name in an object. */
function head({ token, name }: ObjectKind, namespaced: boolean): Record<string, Shape> {
  const [, group = '', kind = ''] = token.split(':');
  return {
    apiVersion: oneOf(group.replace(/^core\//, '')),
    kind: oneOf(kind),
    metadata: metadata(namespaced, name ?? dnsSubdomain),
  };
}

function identity(inputs: JsonObject, namespaced: boolean): Identity | undefined {
  const name = textAt(inputs, 'metadata', 'name');
  const scope = namespaced ? (textAt(inputs, 'metadata', 'namespace') ?? 'default') : '';
  if (name === undefined || isUnknown(name) || isUnknown(scope)) return undefined;
  return { scope, name, externalId: scope === '' ? name : `${scope}/${name}` };
}

function namespaceOf(inputs: JsonObject, namespaced: boolean): Reference[] {
  if (!namespaced) return [];
  const name = textAt(inputs, 'metadata', 'namespace') ?? 'default';
  return [{ type: resourceTypes.namespace, scope: '', name }];
}

const liveMetadata = ['uid', 'resourceVersion', 'generation', 'creationTimestamp'] as const;

function outputs(resource: Resource): JsonObject {
  return {
    ...resource.spec,
    metadata: {
      ...objectAt(resource.spec, 'metadata'),
      uid: resource.uid,
      resourceVersion: String(resource.generation),
      generation: resource.generation,
      creationTimestamp: resource.createdAt.toISOString(),
    },
    status: resource.status,
  };
}
