import { at, textAt, type JsonObject } from '../../inventory/json.js';
import { resourceTypes } from '../../inventory/resource-types.js';
import { quantity } from '../shape/quantity.js';
import {
  exactlyOne,
  filledText,
  integer,
  list,
  object,
  oneOf,
  type Report,
  type Shape,
} from '../shape/shape.js';
import { objectRule } from './object-rule.js';

const targetFields: Readonly<Record<string, string>> = {
  Utilization: 'averageUtilization',
  AverageValue: 'averageValue',
  Value: 'value',
};

const target = object(
  { type: oneOf(...Object.keys(targetFields)) },
  { averageUtilization: integer(1), averageValue: quantity, value: quantity },
  (value, path, report) => {
    const field = targetFields[textAt(value, 'type') ?? ''];
    if (field !== undefined && !Object.hasOwn(value, field))
      report(`${path}.${field}`, 'is required for this type');
    exactlyOne(value, Object.values(targetFields), path, report);
  },
);

const metric = object(
  { type: oneOf('Resource', 'ContainerResource') },
  {
    resource: object({ name: oneOf('cpu', 'memory'), target }),
    containerResource: object({ name: oneOf('cpu', 'memory'), container: filledText, target }),
  },
  (value, path, report) => {
    const field = value['type'] === 'Resource' ? 'resource' : 'containerResource';
    if (!Object.hasOwn(value, field)) report(`${path}.${field}`, 'is required for this type');
    exactlyOne(value, ['resource', 'containerResource'], path, report);
  },
);

const scaling: Shape = object(
  {},
  {
    stabilizationWindowSeconds: integer(0, 3600),
    selectPolicy: oneOf('Max', 'Min', 'Disabled'),
    policies: list(
      object({ type: oneOf('Pods', 'Percent'), value: integer(1), periodSeconds: integer(1, 1800) }),
      { min: 1 },
    ),
    tolerance: quantity,
  },
);

function checkReplicas(spec: JsonObject, path: string, report: Report): void {
  const [min, max] = [at(spec, 'minReplicas') ?? 1, at(spec, 'maxReplicas')];
  if (typeof min === 'number' && typeof max === 'number' && min > max) {
    report(`${path}.maxReplicas`, `must not be less than minReplicas (${String(min)})`);
  }
}

/** autoscaling/v2 HorizontalPodAutoscaler (k8s.io/kubernetes ValidateHorizontalPodAutoscaler). */
export const rule = objectRule({
  token: resourceTypes.horizontalPodAutoscaler,
  required: {
    spec: object(
      {
        scaleTargetRef: object({ kind: filledText, name: filledText }, { apiVersion: filledText }),
        maxReplicas: integer(1),
      },
      {
        minReplicas: integer(1),
        metrics: list(metric),
        behavior: object({}, { scaleUp: scaling, scaleDown: scaling }),
      },
      checkReplicas,
    ),
  },
});
