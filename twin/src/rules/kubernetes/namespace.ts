import { resourceTypes } from '../../inventory/resource-types.js';
import { dnsLabel } from '../shape/names.js';
import { filledText, list, object } from '../shape/shape.js';
import { objectRule } from './object-rule.js';

/** core/v1 Namespace. Its name is a label, not a subdomain (k8s.io/kubernetes, ValidateNamespaceName). */
export const rule = objectRule({
  token: resourceTypes.namespace,
  namespaced: false,
  name: dnsLabel,
  optional: { spec: object({}, { finalizers: list(filledText) }) },
  initialStatus: { phase: 'Active' },
});
