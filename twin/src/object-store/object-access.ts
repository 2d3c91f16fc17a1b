import { z } from 'zod';
import { controlPlaneAccount, type Account } from '../identity/service-account-token.js';
import { resourceTypes } from '../inventory/resource-types.js';
import type { ResourceReader } from '../mirror/inventory-mirror.js';
import { specReader } from '../mirror/parsed.js';

export type ObjectRight = 'get' | 'list' | 'create' | 'delete';

/** cloud.google.com/storage/docs/access-control/iam-roles; a role that is not here gives nothing. */
const rights: Record<string, readonly ObjectRight[]> = {
  'roles/storage.objectViewer': ['get', 'list'],
  'roles/storage.objectCreator': ['create'],
  'roles/storage.objectUser': ['get', 'list', 'create', 'delete'],
  'roles/storage.objectAdmin': ['get', 'list', 'create', 'delete'],
};

const memberSchema = z.object({
  bucket: z.string(),
  managedFolder: z.string(),
  role: z.string(),
  member: z.string(),
});
const readMember = specReader(memberSchema);

/** Who may do what, by the managed folders' IAM members in the inventory. Whoever is not named may nothing. */
export class ObjectAccess {
  constructor(private readonly mirror: ResourceReader) {}

  hasBucket(bucket: string): boolean {
    for (const { name } of this.mirror.all(resourceTypes.bucket)) if (name === bucket) return true;
    return false;
  }

  /** `name` is an object, or the prefix of a list. */
  allows(account: Account, right: ObjectRight, bucket: string, name: string): boolean {
    if (isControlPlane(account)) return true;
    for (const resource of this.mirror.all(resourceTypes.managedFolderIamMember)) {
      const grant = readMember(resource);
      if (grant?.bucket !== bucket || rights[grant.role]?.includes(right) !== true) continue;
      const folder = grant.managedFolder.replace(/\/*$/, '/');
      if (name.startsWith(folder) && isMember(account, grant.member)) return true;
    }
    return false;
  }
}

const isControlPlane = ({ namespace, serviceAccount }: Account): boolean =>
  namespace === controlPlaneAccount.namespace && serviceAccount === controlPlaneAccount.serviceAccount;

/** cloud.google.com/kubernetes-engine/docs/how-to/workload-identity, principal of one Kubernetes service account. */
function isMember({ namespace, serviceAccount }: Account, member: string): boolean {
  return (
    member.startsWith('principal://iam.googleapis.com/projects/') &&
    member.endsWith(`/subject/ns/${namespace}/sa/${serviceAccount}`)
  );
}
