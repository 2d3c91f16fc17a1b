import { at } from './json.js';
import type { Resource } from './resource.js';
import { resourceTypes } from './resource-types.js';

/**
 * What stands in a resource when it is deleted: `type` undefined means all of the same provider. `removed` says
 * whether it goes with its container or keeps it from going.
 */
export interface Dependants {
  type?: string;
  scope: string;
  withDeeper?: boolean;
  removed: boolean;
}

const forced = (resource: Resource): boolean => at(resource.spec, 'forceDestroy') === true;

const rules: Record<string, (container: Resource) => Dependants[]> = {
  // The namespace controller deletes all that is in it (kubernetes.io/docs/concepts/overview/working-with-objects/namespaces).
  [resourceTypes.namespace]: ({ name }) => [{ scope: name, removed: true }],
  // Only an empty zone can be deleted (cloud.google.com/dns/docs/reference/rest/v1/managedZones/delete).
  [resourceTypes.managedZone]: (zone) => [
    { type: resourceTypes.recordSet, scope: `${zone.scope}/${zone.name}`, removed: forced(zone) },
  ],
  // A bucket with managed folders is not empty (cloud.google.com/storage/docs/managed-folders).
  [resourceTypes.bucket]: (bucket) => [
    { type: resourceTypes.managedFolder, scope: bucket.name, removed: forced(bucket) },
    { type: resourceTypes.managedFolderIamMember, scope: bucket.name, withDeeper: true, removed: true },
  ],
  // A table takes what is in it along; a protected one is the provider's to refuse (cloud.google.com/bigtable/docs/managing-tables).
  [resourceTypes.bigtableTable]: (table) => [
    { type: resourceTypes.bigtableGcPolicy, scope: `${table.scope}/${table.name}`, removed: true },
    { type: resourceTypes.authorizedView, scope: `${table.scope}/${table.name}`, removed: false },
  ],
  [resourceTypes.bigtableInstance]: (instance) => [
    { type: resourceTypes.bigtableTable, scope: `${instance.scope}/${instance.name}`, removed: false },
  ],
  // A map with entries cannot be deleted (cloud.google.com/certificate-manager/docs/maps).
  [resourceTypes.certificateMap]: (map) => [
    { type: resourceTypes.certificateMapEntry, scope: `${map.scope}/${map.name}`, removed: false },
  ],
  // A folder's IAM policy is part of the folder.
  [resourceTypes.managedFolder]: (folder) => [
    { type: resourceTypes.managedFolderIamMember, scope: `${folder.scope}/${folder.name}`, removed: true },
  ],
};

/** Whether resources of this type can contain others. */
export function canContain(type: string): boolean {
  return Object.hasOwn(rules, type);
}

/** What has to be looked at, in this order, before `container` goes. */
export function dependantsOf(container: Resource): Dependants[] {
  return rules[container.type]?.(container) ?? [];
}
