import { resourceTypes } from '../../inventory/resource-types.js';
import { at } from '../../inventory/json.js';
import { compareQuantities, quantities } from '../shape/quantity.js';
import { list, object, oneOf } from '../shape/shape.js';
import { objectRule } from './object-rule.js';

const limits = ['min', 'defaultRequest', 'default', 'max'] as const;

// k8s.io/kubernetes ValidateLimitRange: min <= defaultRequest <= default <= max, and no defaults for pods.
const item = object(
  { type: oneOf('Container', 'Pod', 'PersistentVolumeClaim') },
  { ...Object.fromEntries(limits.map((limit) => [limit, quantities()])), maxLimitRequestRatio: quantities() },
  (value, path, report) => {
    if (value['type'] === 'Pod') {
      for (const field of ['default', 'defaultRequest']) {
        if (Object.hasOwn(value, field)) report(`${path}.${field}`, 'must not be set for the type Pod');
      }
    }
    limits.forEach((lower, index) => {
      for (const upper of limits.slice(index + 1)) {
        const low = { value: at(value, lower), path: `${path}.${lower}` };
        compareQuantities(low, { value: at(value, upper), name: upper }, report);
      }
    });
  },
);

/** core/v1 LimitRange. */
export const rule = objectRule({
  token: resourceTypes.limitRange,
  required: { spec: object({ limits: list(item, { min: 1 }) }) },
});
