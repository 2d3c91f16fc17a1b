import { nameOf } from '../inventory/inventory-errors.js';
import type { JsonObject } from '../inventory/json.js';
import type { Violation } from './shape/shape.js';
import type { TypeRule } from './type-rule.js';

/** `Deployment "app" in namespace "t-acme"`, as far as it is known. */
export function subject(rule: TypeRule, inputs: JsonObject): string {
  const place = rule.identity(inputs);
  return place ? nameOf({ type: rule.token, ...place }) : rule.token.slice(rule.token.lastIndexOf(':') + 1);
}

/** `Deployment "app" in namespace "t-acme": spec.replicas must be between 0 and 10`. */
export function sentence(about: string, { path, reason }: Violation): string {
  return `${about}: ${path === '' ? '' : `${path} `}${reason}`;
}
