import { textAt, type JsonObject } from '../../inventory/json.js';
import type { Reference, Resource } from '../../inventory/resource.js';
import type { ResourceType } from '../../inventory/resource-types.js';
import { dnsLabel } from '../shape/names.js';
import { oneOf, text, type Fields, type TextRule } from '../shape/shape.js';
import type { Identity } from '../type-rule.js';
import { cloudLabels, knownTexts, project, providerFields } from './cloud-rule.js';

// What the resources of Certificate Manager have in common. The twin's load balancer is a global one, so `global` is the only
// location (hashicorp/terraform-provider-google, services/certificatemanager: `location` defaults to it).

/** terraform-provider-google, certificate_manager_certificate, `name`. */
const resourceName: TextRule = (value) =>
  /^[a-zA-Z][a-zA-Z0-9_-]{0,63}$/.test(value)
    ? undefined
    : 'must be 1 to 64 letters, digits, "-" and "_", starting with a letter';

export const namedFields: Fields = { name: text(resourceName), project };

export const describedFields: Fields = { description: text(), labels: cloudLabels, ...providerFields };

export const locatedFields: Fields = { location: oneOf('global'), ...describedFields };

/** A domain, as one is authorized: a name of at least two labels, or `localhost`, which the twin keeps for itself. */
export const domain: TextRule = (value) => {
  const labels = value.split('.');
  const named = value.length <= 253 && labels.every((label) => dnsLabel(label) === undefined);
  return named && (labels.length > 1 || value === 'localhost')
    ? undefined
    : 'must be a domain in lower case such as shop.example.test';
};

/** The same or its wildcard (cloud.google.com/certificate-manager/docs/domain-authorization). */
export const domainOrWildcard: TextRule = (value) =>
  domain(value.startsWith('*.') ? value.slice(2) : value) === undefined
    ? undefined
    : 'must be a domain in lower case, with at most one "*." at its start';

/** Where a resource of the project stands; `collection` as the API names it. */
export function placeOf(inputs: JsonObject, collection: string): Identity | undefined {
  const [scope, name] = knownTexts(inputs, 'project', 'name') ?? [];
  if (scope === undefined || name === undefined) return undefined;
  return { scope, name, externalId: `projects/${scope}/locations/global/${collection}/${name}` };
}

/** The resource that a full name stands for; none while that is not known. */
export function namedBy(id: unknown, collection: string, type: ResourceType): Reference[] {
  const match =
    typeof id === 'string' ? /^projects\/([^/]+)\/locations\/global\/([^/]+)\/([^/]+)$/.exec(id) : null;
  const [, scope, found, name] = match ?? [];
  return found === collection && scope !== undefined && name !== undefined ? [{ type, scope, name }] : [];
}

/** A full name in this collection. */
export function fullNameIn(collection: string): TextRule {
  const pattern = new RegExp(`^projects/[^/]+/locations/global/${collection}/[^/]+$`);
  return (value) =>
    pattern.test(value) ? undefined : `must be a name such as projects/p/locations/global/${collection}/n`;
}

/** What every one of them reports. */
export function commonOutputs({ spec }: Resource): JsonObject {
  const labels = spec['labels'] ?? {};
  return { ...spec, effectiveLabels: labels, pulumiLabels: labels };
}

export const textIn = (inputs: JsonObject | undefined, field: string): string => textAt(inputs, field) ?? '';
