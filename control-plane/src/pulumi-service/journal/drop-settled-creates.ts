import type { Deployment } from '../wire/deployment.js';

/**
 * A run that was killed in the middle leaves "creating" entries behind. The next one issues those creations again, which the
 * providers take as "adopt" (names are deterministic); once the resource is in the state the entry says nothing any more.
 */
export function dropSettledCreates(deployment: Deployment): Deployment {
  const known = new Set(
    (deployment.resources ?? []).filter((resource) => !resource.delete).map(({ urn }) => urn),
  );
  const unsettled = (deployment.pending_operations ?? []).filter(
    ({ type, resource }) => type !== 'creating' || !known.has(resource.urn),
  );
  return { ...deployment, pending_operations: unsettled.length > 0 ? unsettled : undefined };
}
