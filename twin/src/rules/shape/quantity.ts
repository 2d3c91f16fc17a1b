import { isJsonObject, type Json } from '../../inventory/json.js';
import { map, type Report, type Shape, type TextRule } from './shape.js';
import { isUnknown } from './unknown.js';
import { childPath } from './property-path.js';

const factors: Readonly<Record<string, number>> = {
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};

/** Divided by, not multiplied with their inverse: so 700m is exactly what 0.7 is. */
const divisors: Readonly<Record<string, number>> = { n: 1e9, u: 1e6, m: 1e3 };

const notation = /^([+-]?(?:\d+\.?\d*|\.\d+))(?:[eE]([+-]?\d+)|([numkMGTPE]|[KMGTPE]i)?)$/;

/**
 * The number that a Kubernetes quantity stands for, or undefined when it is none
 * (kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity).
 */
export function parseQuantity(value: Json | undefined): number | undefined {
  if (typeof value === 'number') return value;
  const match = typeof value === 'string' ? notation.exec(value) : null;
  if (!match) return undefined;
  const [, digits = '', exponent, suffix = ''] = match;
  if (exponent !== undefined) return Number(`${digits}e${exponent}`);
  return (Number(digits) * (factors[suffix] ?? 1)) / (divisors[suffix] ?? 1);
}

/** Below 0 when `a` is less than `b`; what is no quantity counts as 0. */
export function compareQuantity(a: Json, b: Json): number {
  return (parseQuantity(a) ?? 0) - (parseQuantity(b) ?? 0);
}

/** A quantity as it was given. */
export function quantityText(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** A number as Kubernetes writes it: CPU in cores or thousandths, bytes in the largest binary unit that fits. */
export function formatQuantity(value: number, resource: string): string {
  if (/(^|\.)cpu$/.test(resource))
    return Number.isInteger(value) ? String(value) : `${String(Math.round(value * 1_000))}m`;
  const unit = ['Ei', 'Pi', 'Ti', 'Gi', 'Mi', 'Ki'].find(
    (each) => value > 0 && value % (factors[each] ?? 1) === 0,
  );
  return unit === undefined ? String(value) : `${String(value / (factors[unit] ?? 1))}${unit}`;
}

/** A quantity of 0 or more. */
export const quantity: Shape = (value, path, report) => {
  if (isUnknown(value)) return;
  const parsed = parseQuantity(value);
  if (parsed === undefined) report(path, 'must be a quantity such as 500m, 2 or 128Mi');
  else if (parsed < 0) report(path, 'must be 0 or more');
};

/** Quantities by resource name. */
export const quantities = (key?: TextRule): Shape => map(quantity, key);

/** Reports each resource of which `lower` has more than `upper`. */
export function compareQuantities(
  lower: { value: Json | undefined; path: string },
  upper: { value: Json | undefined; name: string },
  report: Report,
): void {
  if (!isJsonObject(lower.value) || !isJsonObject(upper.value)) return;
  for (const [resource, value] of Object.entries(lower.value)) {
    const least = parseQuantity(value);
    const most = parseQuantity(upper.value[resource]);
    if (least === undefined || most === undefined || least <= most) continue;
    report(
      childPath(lower.path, resource),
      `must not be more than its ${upper.name} of ${JSON.stringify(upper.value[resource])}`,
    );
  }
}
