import { listAt, textAt } from '../inventory/json.js';
import { resourceTypes } from '../inventory/resource-types.js';
import type { Resource } from '../inventory/resource.js';
import type { ResourceReader } from '../mirror/inventory-mirror.js';
import { namedBy } from '../rules/gcp/certificate-manager-rules.js';

/** The annotation by which a Gateway has a map (cloud.google.com/kubernetes-engine/docs/how-to/secure-gateway). */
const mapAnnotation = 'networking.gke.io/certmap';

/** What a table follows from. */
export const tableTypes = [
  resourceTypes.gateway,
  resourceTypes.certificateMapEntry,
  resourceTypes.certificate,
] as const;

/** What the maps of the Gateways present, by server name: a whole hostname, or a wildcard of one label. */
export class CertificateTable {
  private readonly byName = new Map<string, Resource[]>();

  constructor(
    reader: ResourceReader,
    private readonly isActive: (certificate: Resource) => boolean,
  ) {
    const maps = new Set([...reader.all(resourceTypes.gateway)].flatMap(mapOf));
    for (const { scope, spec } of reader.all(resourceTypes.certificateMapEntry)) {
      const hostname = textAt(spec, 'hostname');
      if (hostname === undefined || !maps.has(scope.slice(scope.indexOf('/') + 1))) continue;
      this.byName.set(hostname, [...(this.byName.get(hostname) ?? []), ...certificatesOf(reader, spec)]);
    }
  }

  /**
   * Whether there is a certificate for the name, and it is issued. An entry with the whole name decides alone, as at the load
   * balancer: cloud.google.com/certificate-manager/docs/how-it-works
   */
  covers(hostname: string): boolean {
    const wildcard = `*${hostname.slice(hostname.indexOf('.'))}`;
    const certificates = this.byName.get(hostname) ?? this.byName.get(wildcard) ?? [];
    return certificates.some(this.isActive);
  }
}

function mapOf({ spec }: Resource): string[] {
  const name = textAt(spec, 'metadata', 'annotations', mapAnnotation);
  return name === undefined ? [] : [name];
}

function certificatesOf(reader: ResourceReader, entry: Resource['spec']): Resource[] {
  return listAt(entry, 'certificates')
    .flatMap((id) => namedBy(id, 'certificates', resourceTypes.certificate))
    .flatMap((key) => reader.get(key) ?? []);
}
