import type { JsonObject } from '../../inventory/json.js';
import type { Reference } from '../../inventory/resource.js';
import { resourceTypes } from '../../inventory/resource-types.js';
import type { TextRule } from '../shape/shape.js';
import { knownTexts } from './cloud-rule.js';

// cloud.google.com/bigtable/docs/reference/admin/rest/v2: names of projects.instances.create, .tables.create, .authorizedViews.create.

/** 6 to 33 characters. `local` is shorter: the embedded default's, which exists on the twin alone. */
export const instanceName: TextRule = (value) =>
  value === 'local' || /^[a-z][-a-z0-9]{4,31}[a-z0-9]$/.test(value)
    ? undefined
    : 'must be 6 to 33 lower-case letters, digits and "-", starting with a letter';

export const clusterId: TextRule = (value) =>
  /^[a-z][-a-z0-9]{4,28}[a-z0-9]$/.test(value)
    ? undefined
    : 'must be 6 to 30 lower-case letters, digits and "-", starting with a letter';

/** Of tables and views. */
export const tableName: TextRule = (value) =>
  /^[_a-zA-Z0-9][-_.a-zA-Z0-9]{0,49}$/.test(value)
    ? undefined
    : 'must be 1 to 50 letters, digits, "-", "_" and "."';

export const familyName: TextRule = (value) =>
  /^[-_.a-zA-Z0-9]{1,64}$/.test(value) ? undefined : 'must be 1 to 64 letters, digits, "-", "_" and "."';

/** The table that inputs name by project, instance and `field`. */
export function tableOf(inputs: JsonObject, field: 'table' | 'tableName'): Reference[] {
  const [project, instance, name] = knownTexts(inputs, 'project', 'instanceName', field) ?? [];
  if (project === undefined || instance === undefined || name === undefined) return [];
  return [{ type: resourceTypes.bigtableTable, scope: `${project}/${instance}`, name }];
}
