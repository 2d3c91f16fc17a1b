import * as gcp from '@pulumi/gcp';
import type * as pulumi from '@pulumi/pulumi';
import { registerCertificate } from '../certificates/register-certificate.js';
import { registerObject } from '../kubernetes/constructors.js';
import type { KubernetesObject } from '../kubernetes/object.js';
import type { Program } from '../program.js';
import { computeTenant, type DesiredTenant } from './compute-tenant.js';
import { namespaceOf } from './names.js';
import { tenantStackInput, type TenantStackInput } from './tenant.input.js';

/** What one client owns: a namespace with its workload, a route, names, a folder for its branding. */
export const tenantProgram: Program<TenantStackInput> = {
  inputSchema: tenantStackInput,
  run: (input) => {
    const desired = computeTenant(input);
    registerBranding(desired);
    registerViews(desired);
    const readers = registerSecretReaders(desired);
    const { namespace, bounds } = registerFoundation(desired.foundation);
    const services = registerWorkload(desired.workload, namespace, [...bounds, ...readers]);
    registerAll(desired.edge, [...namespace, ...services]);
    registerRecords(desired);
    const certificates = registerCertificates(desired);
    return Promise.resolve({
      namespace: namespaceOf(input.tenant.slug),
      hostnames: input.hostnames,
      workloadDigest: input.workload.digest,
      presence: input.presence,
      certificates,
    });
  },
};

interface Foundation {
  readonly namespace: pulumi.Resource[];
  /** Quota, limits, network policies: what a pod must find in place. */
  readonly bounds: pulumi.Resource[];
}

/** The namespace first, then what lies in it. */
function registerFoundation(objects: readonly KubernetesObject[]): Foundation {
  const [first, ...inside] = objects;
  const namespace = first ? [registerObject(first, {})] : [];
  return { namespace, bounds: registerAll(inside, namespace) };
}

/**
 * What runs pods waits for its bounds and for what it mounts; the rest waits for nothing but the namespace. Each wait is a round
 * of the engine, so there is none that is not needed.
 * @returns the Services, which routes refer to
 */
function registerWorkload(
  objects: readonly KubernetesObject[],
  namespace: pulumi.Resource[],
  bounds: pulumi.Resource[],
): pulumi.Resource[] {
  const of = (kind: string) => objects.filter((object) => object.kind === kind);
  const services = registerAll(of('Service'), namespace);
  const parts = registerAll(
    objects.filter(({ kind }) => kind !== 'Service' && kind !== 'Deployment'),
    namespace,
  );
  registerAll(of('Deployment'), [...namespace, ...bounds, ...parts]);
  return services;
}

function registerAll(objects: readonly KubernetesObject[], dependsOn: pulumi.Resource[]): pulumi.Resource[] {
  return objects.map((object) => registerObject(object, { dependsOn }));
}

function registerSecretReaders({ secretReaders }: DesiredTenant): pulumi.Resource[] {
  return secretReaders.map(
    ({ secretId, project, role, member }) =>
      new gcp.secretmanager.SecretIamMember(secretId, { secretId, project, role, member }),
  );
}

function registerRecords({ records }: DesiredTenant): void {
  for (const { hostname, name, type, ttl, rrdatas, managedZone, project } of records) {
    new gcp.dns.RecordSet(hostname, { name, type, ttl, rrdatas: [...rrdatas], managedZone, project });
  }
}

function registerViews({ views }: DesiredTenant): void {
  for (const { tableName, subsetView, ...view } of views) {
    new gcp.bigtable.AuthorizedView(`view-${tableName}`, {
      ...view,
      tableName,
      subsetView: {
        rowPrefixes: [...subsetView.rowPrefixes],
        familySubsets: subsetView.familySubsets.map(({ familyName, qualifierPrefixes }) => ({
          familyName,
          qualifierPrefixes: [...qualifierPrefixes],
        })),
      },
    });
  }
}

/** What the client has to put in the DNS of its own domains, so that their certificates are issued. */
function registerCertificates({ certificates }: DesiredTenant): Record<string, unknown>[] {
  return certificates.map((certificate) => ({
    hostname: certificate.authorizedDomain,
    type: 'CNAME',
    ...registerCertificate(certificate),
  }));
}

function registerBranding({ branding }: DesiredTenant): void {
  const folder = new gcp.storage.ManagedFolder('branding', {
    bucket: branding.bucket,
    name: branding.folder,
  });
  for (const { name, member } of branding.readers) {
    new gcp.storage.ManagedFolderIamMember(name, {
      bucket: branding.bucket,
      managedFolder: folder.name,
      role: branding.readerRole,
      member,
    });
  }
}
