import { at, isJsonObject, type Json, type JsonObject } from '../inventory/json.js';
import { unknownValue } from '../rules/shape/unknown.js';
import type { TypeRule } from '../rules/type-rule.js';

/** What a preview can say of a resource to be created: its inputs, and the rest as not known yet. */
export function unknownOutputs(rule: TypeRule, inputs: JsonObject): JsonObject {
  return rule.computed.reduce((outputs, path) => put(outputs, path.split('.'), unknownValue), inputs);
}

/** What a preview can say of a resource to be changed: the new inputs, and what its old outputs added to them. */
export function keptOutputs(rule: TypeRule, oldOutputs: JsonObject, inputs: JsonObject): JsonObject {
  return rule.computed.reduce((outputs, path) => {
    const steps = path.split('.');
    const old = at(oldOutputs, ...steps);
    return old === undefined ? outputs : put(outputs, steps, old);
  }, inputs);
}

function put(object: JsonObject, [field = '', ...rest]: string[], value: Json): JsonObject {
  const inner = object[field];
  const entry = rest.length === 0 ? value : put(isJsonObject(inner) ? inner : {}, rest, value);
  return { ...object, [field]: entry };
}
