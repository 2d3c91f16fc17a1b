import { listAt, textAt, type JsonObject } from '../inventory/json.js';
import { resourceTypes } from '../inventory/resource-types.js';
import type { Resource } from '../inventory/resource.js';
import type { ResourceReader } from '../mirror/inventory-mirror.js';
import { namedBy } from '../rules/gcp/certificate-manager-rules.js';
import { proofRecord } from '../rules/gcp/dns-authorization.js';
import { liesInZone } from '../rules/gcp/dns-names.js';

/** What Certificate Manager reports of a managed certificate, in the API's words (ManagedCertificate.State). */
export interface CertificateState {
  state: 'PROVISIONING' | 'ACTIVE';
  /** Why it is not issued; without an issue it is on its way. */
  issue?: string;
  /** When it is issued, as far as that is known; epoch milliseconds. */
  readyAt?: number;
}

/**
 * Whether a certificate is issued: some time after it was asked for, when a record in DNS proves control of each domain. In a zone of
 * the inventory the record must be there; the DNS of others is taken to be in order, as the twin asks nobody.
 */
export function certificateState(
  reader: ResourceReader,
  certificate: Resource,
  { now, delayMs }: { now: number; delayMs: number },
): CertificateState {
  const missing = listAt(certificate.spec, 'managed', 'dnsAuthorizations').flatMap((id) =>
    namedBy(id, 'dnsAuthorizations', resourceTypes.dnsAuthorization).flatMap((key) => {
      const authorization = reader.get(key);
      return authorization === undefined ? [`${key.name} is gone`] : unproven(reader, authorization);
    }),
  );
  const [issue] = missing;
  if (issue !== undefined) return { state: 'PROVISIONING', issue };
  const readyAt = certificate.createdAt.getTime() + delayMs;
  return readyAt <= now ? { state: 'ACTIVE' } : { state: 'PROVISIONING', readyAt };
}

function unproven(reader: ResourceReader, authorization: Resource): string[] {
  const { name, type, data } = proofRecord(authorization);
  const zone = [...reader.all(resourceTypes.managedZone)].find(({ spec }) =>
    liesInZone(name, textAt(spec, 'dnsName') ?? '?'),
  );
  if (zone === undefined) return [];
  const record = reader.get({
    type: resourceTypes.recordSet,
    scope: `${zone.scope}/${zone.name}`,
    name: `${name}/${type}`,
  });
  return record && listAt(record.spec, 'rrdatas').includes(data) ? [] : [`${name} has no ${type} ${data}`];
}

/** The same as the fields that the API shows (ManagedCertificate). */
export function managedStatus({ state, issue }: CertificateState): JsonObject {
  return issue === undefined
    ? { state }
    : { state, provisioningIssues: [{ reason: 'AUTHORIZATION_ISSUE', details: issue }] };
}
