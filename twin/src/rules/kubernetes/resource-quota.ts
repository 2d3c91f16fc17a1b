import { resourceTypes } from '../../inventory/resource-types.js';
import { list, object, oneOf, type TextRule } from '../shape/shape.js';
import { labelKey } from '../shape/names.js';
import { quantities } from '../shape/quantity.js';
import { objectRule } from './object-rule.js';

// kubernetes.io/docs/concepts/policy/resource-quotas: the resources that can be limited without a prefix.
const resources = new Set([
  ...['cpu', 'memory', 'ephemeral-storage', 'pods', 'services', 'replicationcontrollers', 'resourcequotas'],
  ...['secrets', 'configmaps', 'persistentvolumeclaims', 'services.nodeports', 'services.loadbalancers'],
]);
const prefixed = /^(requests|limits)\.(cpu|memory|storage|ephemeral-storage|hugepages-.+)$|^count\/.+$/;

const quotaResource: TextRule = (key) =>
  resources.has(key) || prefixed.test(key) || (key.includes('/') && labelKey(key) === undefined)
    ? undefined
    : 'is not a resource that can be limited';

const scopes = [
  'Terminating',
  'NotTerminating',
  'BestEffort',
  'NotBestEffort',
  'PriorityClass',
  'CrossNamespacePodAffinity',
];

/** core/v1 ResourceQuota. */
export const rule = objectRule({
  token: resourceTypes.resourceQuota,
  required: { spec: object({ hard: quantities(quotaResource) }, { scopes: list(oneOf(...scopes)) }) },
  immutable: ['spec.scopes'],
});
