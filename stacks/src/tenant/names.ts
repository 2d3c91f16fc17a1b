import { holdingPage } from '../cell/holding-page-names.js';

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

/** A picture, by its name, which follows from its content. */
export function brandingAssetObject(tenantId: string, name: string): string {
  return `${brandingFolder(tenantId)}assets/${name}`;
}

/** A draft under a name that only those know who hold the link's token. */
export function brandingPreviewObject(tenantId: string, tokenHash: string): string {
  return `${brandingFolder(tenantId)}previews/${tokenHash}.json`;
}

/** Whose proofs the pod takes: the issuer's public keys and the hashes of API keys, beside the branding, where the pod may read. */
export function accessObject(tenantId: string): string {
  return `${brandingFolder(tenantId)}access.json`;
}

/** What the pod refuses while the tenant's plan is used up; beside the branding as well. */
export function quotaObject(tenantId: string): string {
  return `${brandingFolder(tenantId)}quota.json`;
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
  return principal(cell, namespaceOf(slug), app);
}

/** The identity of the cell's holding page. */
export function holdingPagePrincipal(cell: { gcpProject: string; gcpProjectNumber: string }): string {
  return principal(cell, holdingPage.namespace, holdingPage.name);
}

function principal(
  { gcpProject, gcpProjectNumber }: { gcpProject: string; gcpProjectNumber: string },
  namespace: string,
  serviceAccount: string,
): string {
  const pool = `projects/${gcpProjectNumber}/locations/global/workloadIdentityPools/${gcpProject}.svc.id.goog`;
  return `principal://iam.googleapis.com/${pool}/subject/ns/${namespace}/sa/${serviceAccount}`;
}
