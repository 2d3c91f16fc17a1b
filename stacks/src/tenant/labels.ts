import { app, namespaceOf } from './names.js';

export interface LabelledTenant {
  readonly id: string;
  readonly slug: string;
  readonly template: string;
}

/** Labels by which a workload's Service, policies and budgets select its pods. They never change: a selector is immutable. */
export function selectorLabels(tenant: LabelledTenant): Record<string, string> {
  return {
    'app.kubernetes.io/name': tenant.template,
    'app.kubernetes.io/instance': namespaceOf(tenant.slug),
  };
}

/** Labels on every object of a tenant. https://kubernetes.io/docs/concepts/overview/working-with-objects/common-labels/ */
export function objectLabels(tenant: LabelledTenant): Record<string, string> {
  return {
    ...selectorLabels(tenant),
    'app.kubernetes.io/component': app,
    'app.kubernetes.io/managed-by': 'leasehold',
    'leasehold.dev/tenant': tenant.id,
  };
}
