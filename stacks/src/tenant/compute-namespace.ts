import type { KubernetesObject } from '../kubernetes/object.js';
import { app, namespaceOf } from './names.js';
import { objectLabels } from './labels.js';
import type { TenantStackInput } from './tenant.input.js';

/** The namespace and what bounds it: Pod Security `restricted`, the plan's ceiling, defaults for containers that name none. */
export function computeNamespace({ tenant, quota }: TenantStackInput): KubernetesObject[] {
  const labels = objectLabels(tenant);
  const namespace = namespaceOf(tenant.slug);
  return [
    {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: {
        name: namespace,
        labels: {
          ...labels,
          // https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted
          'pod-security.kubernetes.io/enforce': 'restricted',
          'pod-security.kubernetes.io/enforce-version': 'latest',
        },
      },
    },
    {
      apiVersion: 'v1',
      kind: 'ResourceQuota',
      metadata: { name: 'limits', namespace, labels },
      spec: {
        hard: {
          'limits.cpu': quota.cpu,
          'limits.memory': quota.memory,
          pods: String(quota.pods),
          // A tenant reaches the world through its route alone.
          'services.loadbalancers': '0',
          'services.nodeports': '0',
        },
      },
    },
    {
      apiVersion: 'v1',
      kind: 'LimitRange',
      metadata: { name: 'defaults', namespace, labels },
      spec: {
        limits: [
          {
            type: 'Container',
            default: { cpu: '500m', memory: '256Mi' },
            defaultRequest: { cpu: '50m', memory: '128Mi' },
          },
        ],
      },
    },
    {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name: app, namespace, labels },
      automountServiceAccountToken: false,
    },
  ];
}
