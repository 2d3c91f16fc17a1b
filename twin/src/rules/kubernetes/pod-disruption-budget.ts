import { type Json } from '../../inventory/json.js';
import { resourceTypes } from '../../inventory/resource-types.js';
import { integer, object, oneOf, text, type Shape } from '../shape/shape.js';
import { labelSelector } from './label-selector.js';
import { objectRule } from './object-rule.js';

const count = integer(0);
const percentage = text((value) =>
  /^\d+%$/.test(value) ? undefined : 'must be a number or a percentage such as 50%',
);

const countOrPercentage: Shape = (value: Json, path, report) =>
  typeof value === 'number' ? count(value, path, report) : percentage(value, path, report);

/** policy/v1 PodDisruptionBudget (k8s.io/kubernetes ValidatePodDisruptionBudgetSpec). */
export const rule = objectRule({
  token: resourceTypes.podDisruptionBudget,
  required: {
    spec: object(
      {},
      {
        minAvailable: countOrPercentage,
        maxUnavailable: countOrPercentage,
        selector: labelSelector,
        unhealthyPodEvictionPolicy: oneOf('IfHealthyBudget', 'AlwaysAllow'),
      },
      (spec, path, report) => {
        if (Object.hasOwn(spec, 'minAvailable') && Object.hasOwn(spec, 'maxUnavailable')) {
          report(path, 'must not have both minAvailable and maxUnavailable');
        }
      },
    ),
  },
});
