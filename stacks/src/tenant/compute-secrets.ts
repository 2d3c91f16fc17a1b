import type { KubernetesObject } from '../kubernetes/object.js';
import { objectLabels } from './labels.js';
import { app, namespaceOf, workloadPrincipal } from './names.js';
import type { TenantStackInput } from './tenant.input.js';
import { podSecrets } from './workload-telemetry.js';

export interface DesiredSecretReader {
  readonly secretId: string;
  readonly project: string;
  readonly role: 'roles/secretmanager.secretAccessor';
  readonly member: string;
}

/**
 * Which secrets the pod's volume shows, by name; the driver of GKE reads them with the workload's own identity when a pod starts,
 * so no value passes through here.
 * https://cloud.google.com/secret-manager/docs/secret-manager-managed-csi-component
 */
export function computeSecretClass(input: TenantStackInput): KubernetesObject[] {
  const { tenant, cell } = input;
  const entries = Object.entries(podSecrets(input));
  if (entries.length === 0) return [];
  const shown = entries.map(([path, secret]) => ({
    resourceName: `projects/${cell.gcpProject}/secrets/${secret}/versions/latest`,
    path,
  }));
  return [
    {
      apiVersion: 'secrets-store.csi.x-k8s.io/v1',
      kind: 'SecretProviderClass',
      metadata: { name: app, namespace: namespaceOf(tenant.slug), labels: objectLabels(tenant) },
      // The driver reads YAML, of which JSON is a part.
      spec: { provider: 'gke', parameters: { secrets: JSON.stringify(shown) } },
    },
  ];
}

/** Who may read each secret: the workload alone. */
export function computeSecretReaders(input: TenantStackInput): DesiredSecretReader[] {
  const { tenant, cell } = input;
  return [...new Set(Object.values(podSecrets(input)))].toSorted().map((secretId) => ({
    secretId,
    project: cell.gcpProject,
    role: 'roles/secretmanager.secretAccessor',
    member: workloadPrincipal(cell, tenant.slug),
  }));
}
