import { isJsonObject, objectAt, type JsonObject } from '../../inventory/json.js';
import { resourceTypes } from '../../inventory/resource-types.js';
import {
  flag,
  integer,
  object,
  oneOf,
  text,
  type Report,
  type Shape,
  type Violation,
} from '../shape/shape.js';
import { labelSelector, selects } from './label-selector.js';
import { objectRule } from './object-rule.js';
import { enforcedLevel, podSecurityViolations } from './pod-security.js';
import { podTemplate } from './pod-template.js';

const percentage = text((value) =>
  /^\d+%$/.test(value) ? undefined : 'must be a number or a percentage such as 25%',
);
const count = integer(0);
const countOrPercentage: Shape = (value, path, report) =>
  typeof value === 'number' ? count(value, path, report) : percentage(value, path, report);

const strategy = object(
  {},
  {
    type: oneOf('RollingUpdate', 'Recreate'),
    rollingUpdate: object({}, { maxSurge: countOrPercentage, maxUnavailable: countOrPercentage }),
  },
  (value, path, report) => {
    if (value['type'] === 'Recreate' && Object.hasOwn(value, 'rollingUpdate')) {
      report(`${path}.rollingUpdate`, 'must not be set for Recreate');
    }
    const { maxSurge, maxUnavailable } = objectAt(value, 'rollingUpdate');
    if (isZero(maxSurge) && isZero(maxUnavailable)) {
      report(`${path}.rollingUpdate.maxUnavailable`, 'must not be 0 when maxSurge is 0');
    }
  },
);

const isZero = (value: unknown): boolean => value === 0 || value === '0%';

// k8s.io/kubernetes ValidateDeploymentSpec.
function checkSelector(spec: JsonObject, path: string, report: Report): void {
  const selector = objectAt(spec, 'selector');
  if (Object.keys(selector).length === 0) {
    report(`${path}.selector`, 'must not be empty');
    return;
  }
  if (!selects(selector, objectAt(spec, 'template', 'metadata', 'labels'))) {
    report(`${path}.template.metadata.labels`, 'must have the labels that the selector asks for');
  }
}

/** What the API server fills in where it matters to the twin. */
function defaults(inputs: JsonObject): JsonObject {
  const { spec } = inputs;
  return isJsonObject(spec) ? { ...inputs, spec: { replicas: 1, ...spec } } : inputs;
}

/** The pods are judged by the level of their namespace, the first of the references. */
function admit(inputs: JsonObject, [namespace]: readonly JsonObject[]): Violation[] {
  if (namespace === undefined) return [];
  const pod = objectAt(inputs, 'spec', 'template', 'spec');
  return podSecurityViolations(pod, 'spec.template.spec', enforcedLevel(namespace));
}

/** apps/v1 Deployment. */
export const rule = objectRule({
  token: resourceTypes.deployment,
  required: {
    spec: object(
      { selector: labelSelector, template: podTemplate },
      {
        replicas: integer(0),
        strategy,
        minReadySeconds: integer(0),
        paused: flag,
        progressDeadlineSeconds: integer(1),
        revisionHistoryLimit: integer(0),
      },
      checkSelector,
    ),
  },
  defaults,
  admit,
  // kubernetes.io/docs/concepts/workloads/controllers/deployment: immutable since apps/v1.
  immutable: ['spec.selector'],
});
