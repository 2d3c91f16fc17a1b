import type { Inventory } from '../inventory/inventory.js';
import { withValue } from '../inventory/json-change.js';
import type { Json } from '../inventory/json.js';
import type { Resource, ResourceKey } from '../inventory/resource.js';
import { InvalidResourceError } from '../rules/invalid-resource-error.js';
import { ruleOf } from '../rules/rule-registry.js';
import { sentence, subject } from '../rules/sentence.js';
import { violations } from '../rules/shape/shape.js';

/**
 * Writes one field as `kubectl edit` or the cloud's console would: its rules still hold, and what names the resource stays.
 * @throws PathError, InvalidResourceError
 */
export async function setField(
  inventory: Inventory,
  key: ResourceKey,
  path: string,
  value: Json | undefined,
): Promise<Resource | undefined> {
  const resource = await inventory.get(key);
  if (resource === undefined) return undefined;
  const spec = withValue(resource.spec, path, value);
  const rule = await ruleOf(resource.type, resource.provider);
  const about = subject(rule, resource.spec);
  const broken = violations(rule.shape, spec).map((violation) => sentence(about, violation));
  if (broken.length > 0) throw new InvalidResourceError(broken);
  if (subject(rule, spec) !== about)
    throw new InvalidResourceError([`${about}: ${path} is part of its name`]);
  return inventory.update(key, spec, rule.references(spec));
}
