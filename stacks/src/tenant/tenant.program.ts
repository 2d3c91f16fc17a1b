import * as gcp from '@pulumi/gcp';
import type * as pulumi from '@pulumi/pulumi';
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
    const foundation = registerFoundation(desired.foundation);
    const workload = registerAll(desired.workload, foundation);
    registerAll(desired.edge, [...foundation, ...workload]);
    registerRecords(desired);
    return Promise.resolve({
      namespace: namespaceOf(input.tenant.slug),
      hostnames: input.hostnames,
      workloadDigest: input.workload.digest,
      suspended: input.suspended,
    });
  },
};

/** The namespace first, then what lies in it. */
function registerFoundation(objects: readonly KubernetesObject[]): pulumi.Resource[] {
  const [namespace, ...inside] = objects;
  if (!namespace) return [];
  const parent = registerObject(namespace, {});
  return [parent, ...registerAll(inside, [parent])];
}

function registerAll(objects: readonly KubernetesObject[], dependsOn: pulumi.Resource[]): pulumi.Resource[] {
  return objects.map((object) => registerObject(object, { dependsOn }));
}

function registerRecords({ records }: DesiredTenant): void {
  for (const { hostname, name, type, ttl, rrdatas, managedZone, project } of records) {
    new gcp.dns.RecordSet(hostname, { name, type, ttl, rrdatas: [...rrdatas], managedZone, project });
  }
}

function registerBranding({ branding }: DesiredTenant): void {
  const folder = new gcp.storage.ManagedFolder('branding', {
    bucket: branding.bucket,
    name: branding.folder,
  });
  new gcp.storage.ManagedFolderIamMember('branding-reader', {
    bucket: branding.bucket,
    managedFolder: folder.name,
    role: branding.readerRole,
    member: branding.reader,
  });
}
