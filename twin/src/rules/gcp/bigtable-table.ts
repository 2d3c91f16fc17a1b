import { textAt, type JsonObject } from '../../inventory/json.js';
import type { Reference } from '../../inventory/resource.js';
import { resourceTypes } from '../../inventory/resource-types.js';
import { filledText, list, object, oneOf, text, type Report, type TextRule } from '../shape/shape.js';
import type { TypeRule } from '../type-rule.js';
import { familyName, tableName } from './bigtable-rules.js';
import { knownTexts, project, providerFields, withProject } from './cloud-rule.js';

/** Go's notation of a duration in whole hours, or "0". */
const hours: TextRule = (value) =>
  value === '0' || /^\d+h(0m)?(0s)?$/.test(value) ? undefined : 'must be a duration such as 24h0m0s, or 0';

const hoursOf = (value: string | undefined): number => Number.parseInt(value ?? '0', 10);

/**
 * google.bigtable.admin.v2, Table.AutomatedBackupPolicy: once in 24 hours, kept for 3 to 90 days; zeros for both switch it off
 * (terraform-provider-google, bigtable_table).
 */
function checkPolicy(policy: JsonObject, path: string, report: Report): void {
  const [frequency, kept] = [textAt(policy, 'frequency'), textAt(policy, 'retentionPeriod')].map(hoursOf);
  if (frequency === 0 && kept === 0) return;
  if (frequency !== 24) report(`${path}.frequency`, 'must be 24 hours, which is all that the service offers');
  if (kept === undefined || kept < 72 || kept > 2_160)
    report(`${path}.retentionPeriod`, 'must be between 3 and 90 days');
}

function references(inputs: JsonObject): Reference[] {
  const [scope, name] = knownTexts(inputs, 'project', 'instanceName') ?? [];
  return scope === undefined || name === undefined
    ? []
    : [{ type: resourceTypes.bigtableInstance, scope, name }];
}

/** bigtable.Table. */
export const rule: TypeRule = {
  token: resourceTypes.bigtableTable,
  provider: 'gcp',
  shape: object(
    { name: text(tableName), instanceName: filledText, project },
    {
      columnFamilies: list(object({ family: text(familyName) })),
      deletionProtection: oneOf('PROTECTED', 'UNPROTECTED'),
      automatedBackupPolicy: object(
        { frequency: text(hours), retentionPeriod: text(hours) },
        {},
        checkPolicy,
      ),
      ...providerFields,
    },
  ),
  immutable: ['name', 'instanceName', 'project'],
  defaults: withProject,
  identity: (inputs) => {
    const [projectId, instance, name] = knownTexts(inputs, 'project', 'instanceName', 'name') ?? [];
    if (projectId === undefined || instance === undefined || name === undefined) return undefined;
    return {
      scope: `${projectId}/${instance}`,
      name,
      externalId: `projects/${projectId}/instances/${instance}/tables/${name}`,
    };
  },
  references,
  outputs: ({ spec }) => spec,
  computed: [],
};
