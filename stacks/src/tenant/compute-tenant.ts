import type { DesiredCertificate } from '../certificates/desired-certificate.js';
import type { KubernetesObject } from '../kubernetes/object.js';
import { computeCertificates } from './compute-certificates.js';
import { computeViews, type DesiredView } from './compute-views.js';
import { computeEdge } from './compute-edge.js';
import { computeNamespace } from './compute-namespace.js';
import { computeSecretClass, computeSecretReaders, type DesiredSecretReader } from './compute-secrets.js';
import { computeNetworkPolicies } from './compute-network-policies.js';
import { computeHoldingRoute } from './compute-holding-route.js';
import { atRest } from './at-rest.js';
import { brandingFolder, holdingPagePrincipal, workloadPrincipal } from './names.js';
import type { TenantStackInput } from './tenant.input.js';

export interface DesiredRecordSet {
  readonly hostname: string;
  readonly name: string;
  readonly type: 'A';
  readonly ttl: number;
  readonly rrdatas: readonly string[];
  readonly managedZone: string;
  readonly project: string;
}

/** Everything that one client owns, in the order in which it must come to be. */
export interface DesiredTenant {
  /** Namespace, its bounds and its policies: they stand before anything runs. */
  readonly foundation: readonly KubernetesObject[];
  readonly secretReaders: readonly DesiredSecretReader[];
  readonly workload: readonly KubernetesObject[];
  /** Route, filter and health check: they refer to the workload's Service. */
  readonly edge: readonly KubernetesObject[];
  readonly records: readonly DesiredRecordSet[];
  /** For the client's own domains. */
  readonly certificates: readonly DesiredCertificate[];
  readonly views: readonly DesiredView[];
  readonly branding: {
    readonly bucket: string;
    readonly folder: string;
    readonly readerRole: 'roles/storage.objectViewer';
    /** Who may read it: the workload, and while it is suspended the holding page. */
    readonly readers: readonly { readonly name: string; readonly member: string }[];
  };
}

/** Seconds a resolver may keep an address; short, since a tenant that moves to another edge takes its name along. */
const recordTtl = 60;

/** What one client owns, from what is known of it. Pure: equal input gives equal output. */
export function computeTenant(input: TenantStackInput): DesiredTenant {
  const { tenant, cell } = input;
  return {
    foundation: [...computeNamespace(input), ...computeNetworkPolicies(input), ...computeSecretClass(input)],
    secretReaders: computeSecretReaders(input),
    workload: computeWorkload(input),
    edge: computeEntrance(input),
    records: input.presence === 'withdrawn' ? [] : computeRecords(input),
    certificates: computeCertificates(input),
    views: computeViews(input),
    branding: {
      bucket: cell.bucket,
      folder: brandingFolder(tenant.id),
      readerRole: 'roles/storage.objectViewer',
      readers: computeReaders(input),
    },
  };
}

function computeWorkload({ presence, workload }: TenantStackInput): readonly KubernetesObject[] {
  switch (presence) {
    case 'live':
      return workload.objects;
    case 'suspended':
      return atRest(workload.objects);
    case 'withdrawn':
      return [];
  }
}

function computeEntrance(input: TenantStackInput): KubernetesObject[] {
  switch (input.presence) {
    case 'live':
      return computeEdge(input);
    case 'suspended':
      return computeHoldingRoute(input);
    case 'withdrawn':
      return [];
  }
}

function computeReaders({ tenant, cell, presence }: TenantStackInput): DesiredTenant['branding']['readers'] {
  const workload = { name: 'branding-reader', member: workloadPrincipal(cell, tenant.slug) };
  if (presence !== 'suspended') return [workload];
  return [workload, { name: 'branding-holding-reader', member: holdingPagePrincipal(cell) }];
}

/** Address records for the names below the cell's domain; a client's own domain is in the client's own DNS. */
function computeRecords({ cell, hostnames }: TenantStackInput): DesiredRecordSet[] {
  return hostnames
    .filter((hostname) => hostname.endsWith(`.${cell.domain}`))
    .map((hostname) => ({
      hostname,
      name: `${hostname}.`,
      type: 'A',
      ttl: recordTtl,
      rrdatas: [...cell.edgeAddresses],
      managedZone: cell.managedZone,
      project: cell.gcpProject,
    }));
}
