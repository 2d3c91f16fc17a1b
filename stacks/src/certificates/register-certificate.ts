import * as gcp from '@pulumi/gcp';
import type * as pulumi from '@pulumi/pulumi';
import type { DesiredCertificate } from './desired-certificate.js';

/** The record that proves to Certificate Manager who controls a domain: a CNAME, as the authorization words it. */
export interface ProofRecord {
  readonly name: pulumi.Output<string>;
  readonly data: pulumi.Output<string>;
}

/**
 * Registers authorization, certificate and map entries. A certificate is issued some time after its record is in DNS; the run
 * does not wait for that.
 */
export function registerCertificate(
  { name, project, authorizedDomain, domains, map, entries }: DesiredCertificate,
  dependsOn: pulumi.Resource[] = [],
): ProofRecord {
  const authorization = new gcp.certificatemanager.DnsAuthorization(
    name,
    { name, project, domain: authorizedDomain },
    { dependsOn },
  );
  const certificate = new gcp.certificatemanager.Certificate(name, {
    name,
    project,
    managed: { domains: [...domains], dnsAuthorizations: [authorization.id] },
  });
  for (const { name: entry, match } of entries) {
    new gcp.certificatemanager.CertificateMapEntry(
      entry,
      { name: entry, project, map, certificates: [certificate.id], ...match },
      { dependsOn },
    );
  }
  return {
    name: authorization.dnsResourceRecords.apply((records) => records[0]?.name ?? ''),
    data: authorization.dnsResourceRecords.apply((records) => records[0]?.data ?? ''),
  };
}
