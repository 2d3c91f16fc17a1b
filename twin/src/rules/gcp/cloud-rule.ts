import { textAt, type JsonObject } from '../../inventory/json.js';
import { labelValue } from '../shape/names.js';
import { map, oneOf, text, type Fields, type TextRule } from '../shape/shape.js';
import { isUnknown } from '../shape/unknown.js';
import type { RuleContext } from '../type-rule.js';

/** Project id: 6 to 30 characters (cloud.google.com/resource-manager/docs/creating-managing-projects). */
const projectId: TextRule = (value) =>
  /^[a-z][-a-z0-9]{4,28}[a-z0-9]$/.test(value)
    ? undefined
    : 'must be 6 to 30 lower-case letters, digits and "-", start with a letter and end with a letter or digit';

export const project = text(projectId);

/** Labels of a Google Cloud resource (cloud.google.com/resource-manager/docs/labels-overview). */
export const cloudLabels = map(text(labelValue), (key) =>
  /^[a-z][-_a-z0-9]{0,62}$/.test(key)
    ? undefined
    : 'is not 1 to 63 lower-case letters, digits, "-" and "_", starting with a letter',
);

/** Fields of the Pulumi provider itself that each resource may have. */
export const providerFields: Fields = { deletionPolicy: oneOf('DELETE', 'ABANDON', 'PREVENT') };

/** The texts of these fields, or undefined when one is missing or not known yet. */
export function knownTexts(inputs: JsonObject, ...fields: readonly string[]): string[] | undefined {
  const values = fields.map((field) => textAt(inputs, field));
  const known = values.filter((value): value is string => value !== undefined && !isUnknown(value));
  return known.length === fields.length ? known : undefined;
}

/** Fills in the provider's project. */
export function withProject(inputs: JsonObject, context: RuleContext): JsonObject {
  return { project: context.project, ...inputs };
}
