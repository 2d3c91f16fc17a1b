import { certificateMapName, type DesiredCertificate } from '../certificates/desired-certificate.js';

/**
 * The certificate for every name below the cell's domain: a client that gets such a name waits for none. It is also what those see
 * who ask for a name that the cell does not know:
 * https://cloud.google.com/certificate-manager/docs/how-it-works#certificate_selection
 */
export function computeCellCertificate(cell: string, project: string, domain: string): DesiredCertificate {
  const name = certificateMapName(cell);
  return {
    name,
    project,
    authorizedDomain: domain,
    domains: [domain, `*.${domain}`],
    map: name,
    entries: [
      { name: `${name}-wildcard`, match: { hostname: `*.${domain}` } },
      { name: `${name}-primary`, match: { matcher: 'PRIMARY' } },
    ],
  };
}
