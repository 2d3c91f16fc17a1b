import type { JsonObject } from '../inventory/json.js';
import type { Reference, Resource } from '../inventory/resource.js';
import type { ProviderName, ResourceType } from '../inventory/resource-types.js';
import type { Shape, Violation } from './shape/shape.js';

/** Where a resource of the given inputs stands, and the id under which Pulumi knows it. */
export interface Identity {
  scope: string;
  name: string;
  externalId: string;
}

/**
 * What a cloud demands of one type of resource. All of it is data and pure functions of the inputs; the providers
 * apply it, the inventory enforces names and references.
 */
export interface TypeRule {
  token: ResourceType;
  provider: ProviderName;
  /** Every field with its rules; any other field is refused, as by `kubectl --validate=strict`. */
  shape: Shape;
  /** Paths whose change needs a new resource in the place of the old one. */
  immutable: readonly string[];
  /** Undefined while a part of the name is not known yet. */
  identity(inputs: JsonObject): Identity | undefined;
  /** What the cloud fills in where nothing is given. */
  defaults?(inputs: JsonObject, context: RuleContext): JsonObject;
  /** What must exist before this one. */
  references(inputs: JsonObject): Reference[];
  /** What depends on the resources it refers to: their specs, in the order of `references`. */
  admit?(inputs: JsonObject, referenced: readonly JsonObject[]): Violation[];
  /** Names in the same scope that this one excludes. */
  rivals?(
    inputs: JsonObject,
  ): { prefix: string; refuse: (names: readonly string[]) => string | undefined } | undefined;
  /** What the cloud reports besides the inputs. */
  outputs(resource: Resource): JsonObject;
  /** The outputs that are not known before the creation, as paths. */
  computed: readonly string[];
  /** What the cloud observes as soon as the resource exists. */
  initialStatus?: JsonObject;
}

/** What a rule may need besides the inputs. */
export interface RuleContext {
  /** The Google Cloud project of the provider. */
  project: string;
}
