import { textAt, type JsonObject } from '../../inventory/json.js';
import { resourceTypes } from '../../inventory/resource-types.js';
import { flag, integer, oneOf, text, type Report } from '../shape/shape.js';
import { objectRule } from './object-rule.js';

/** Larger values, and names that begin so, are the system's: kubernetes.io/docs/concepts/scheduling-eviction/pod-priority-preemption */
const mostForUsers = 1_000_000_000;

function checkName(value: JsonObject, _path: string, report: Report): void {
  if (textAt(value, 'metadata', 'name')?.startsWith('system-'))
    report('metadata.name', 'must not begin with "system-"');
}

/** scheduling.k8s.io/v1 PriorityClass: its value and its policy never change (k8s.io/kubernetes ValidatePriorityClassUpdate). */
export const rule = objectRule({
  token: resourceTypes.priorityClass,
  namespaced: false,
  required: { value: integer(-2_147_483_648, mostForUsers) },
  optional: {
    globalDefault: flag,
    description: text(),
    preemptionPolicy: oneOf('PreemptLowerPriority', 'Never'),
  },
  immutable: ['value', 'preemptionPolicy'],
  check: checkName,
});
