import { certificateName, type DesiredCertificate } from '../certificates/desired-certificate.js';
import { namespaceOf } from './names.js';
import type { TenantStackInput } from './tenant.input.js';

/**
 * Certificates for the client's own domains; names below the cell's domain have the cell's. While the client waits for its deletion
 * nothing is served, but authorization and certificate stay: a new authorization would ask the client for a new record.
 */
export function computeCertificates({
  tenant,
  cell,
  hostnames,
  presence,
}: TenantStackInput): DesiredCertificate[] {
  return hostnames
    .filter((hostname) => !hostname.endsWith(`.${cell.domain}`))
    .map((hostname) => {
      const name = certificateName(namespaceOf(tenant.slug), hostname);
      return {
        name,
        project: cell.gcpProject,
        authorizedDomain: hostname,
        domains: [hostname],
        map: cell.certificateMap,
        entries: presence === 'withdrawn' ? [] : [{ name, match: { hostname } }],
      };
    });
}
