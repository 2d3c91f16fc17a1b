import { createHash } from 'node:crypto';

/** A hostname that the edge serves over TLS: proof of control by DNS, certificate, and what the load balancer presents it for. */
export interface DesiredCertificate {
  /** Of all three resources. */
  readonly name: string;
  readonly project: string;
  /** What the record in DNS proves control of; it covers the domain and its wildcard. */
  readonly authorizedDomain: string;
  readonly domains: readonly string[];
  readonly map: string;
  /** What a client's server name is matched with; none while the certificate is kept ready but not served. */
  readonly entries: readonly DesiredMapEntry[];
}

export interface DesiredMapEntry {
  readonly name: string;
  /** A hostname or a wildcard; or, for clients that name none of the map's, the predefined matcher. */
  readonly match: { readonly hostname: string } | { readonly matcher: 'PRIMARY' };
}

/** The map of a cell's Gateway: what it presents to which server name. */
export function certificateMapName(cell: string): string {
  return `leasehold-${cell}`;
}

/**
 * The name of a hostname's resources: at most 64 letters, digits, "-" and "_", so the hostname itself does not fit.
 * https://cloud.google.com/certificate-manager/docs/reference/certificate-manager/rest/v1/projects.locations.certificates/create
 */
export function certificateName(namespace: string, hostname: string): string {
  return `${namespace}-${createHash('sha256').update(hostname).digest('hex').slice(0, 12)}`;
}
