/**
 * The names of what a client owns, decided here alone. They follow from the tenant's slug or id, so that a run that is
 * repeated after a crash finds what the first one made.
 */

/** The workload's objects carry the name of their role: a namespace is always one tenant's. */
export const app = 'app';

/** Kubernetes allows 63 characters (RFC 1123 label); a slug has at most 40. */
export function namespaceOf(slug: string): string {
  return `t-${slug}`;
}

/** The managed folder of a tenant's branding in the cell's bucket; a managed folder's name ends with a slash. */
export function brandingFolder(tenantId: string): string {
  return `tenants/${tenantId}/branding/`;
}

export function brandingObject(tenantId: string): string {
  return `${brandingFolder(tenantId)}current.json`;
}

/** Where the pod reads its branding: the media URL of Cloud Storage's JSON API. */
export function brandingUrl(bucket: string, tenantId: string): string {
  return `https://storage.googleapis.com/storage/v1/b/${bucket}/o/${encodeURIComponent(brandingObject(tenantId))}?alt=media`;
}

/**
 * The identity of a Kubernetes service account in IAM, without a Google service account in between.
 * https://cloud.google.com/kubernetes-engine/docs/how-to/workload-identity#principal-id-examples
 */
export function workloadPrincipal(
  cell: { gcpProject: string; gcpProjectNumber: string },
  slug: string,
): string {
  const pool = `projects/${cell.gcpProjectNumber}/locations/global/workloadIdentityPools/${cell.gcpProject}.svc.id.goog`;
  return `principal://iam.googleapis.com/${pool}/subject/ns/${namespaceOf(slug)}/sa/${app}`;
}
