import { listAt, textAt, type JsonObject } from '../../inventory/json.js';
import { resourceTypes } from '../../inventory/resource-types.js';
import { filledText, object, text, type TextRule, type Violation } from '../shape/shape.js';
import type { TypeRule } from '../type-rule.js';
import { familyName, tableOf } from './bigtable-rules.js';
import { knownTexts, project, providerFields, withProject } from './cloud-rule.js';

/** terraform-provider-google, bigtable_gc_policy: `gc_rules` is a JSON object with `rules`. */
const gcRules: TextRule = (value) => {
  try {
    const parsed: unknown = JSON.parse(value);
    if (typeof parsed === 'object' && parsed !== null && 'rules' in parsed) return undefined;
  } catch {
    return 'must be JSON';
  }
  return 'must be a JSON object with "rules"';
};

/** A policy is for a family that its table has. */
function admit(inputs: JsonObject, [table]: readonly JsonObject[]): Violation[] {
  const family = textAt(inputs, 'columnFamily');
  const known = listAt(table, 'columnFamilies').map((each) => textAt(each, 'family'));
  return known.includes(family) ? [] : [{ path: 'columnFamily', reason: 'must be a family of the table' }];
}

/** bigtable.GCPolicy: what a family keeps. */
export const rule: TypeRule = {
  token: resourceTypes.bigtableGcPolicy,
  provider: 'gcp',
  shape: object(
    {
      project,
      instanceName: filledText,
      table: filledText,
      columnFamily: text(familyName),
      gcRules: text(gcRules),
    },
    providerFields,
  ),
  immutable: ['project', 'instanceName', 'table', 'columnFamily'],
  defaults: withProject,
  identity: (inputs) => {
    const values = knownTexts(inputs, 'project', 'instanceName', 'table', 'columnFamily');
    if (!values) return undefined;
    const [projectId = '', instance = '', table = '', family = ''] = values;
    return {
      scope: `${projectId}/${instance}/${table}`,
      name: family,
      externalId: `projects/${projectId}/instances/${instance}/tables/${table}/families/${family}`,
    };
  },
  references: (inputs) => tableOf(inputs, 'table'),
  admit,
  outputs: ({ spec }) => spec,
  computed: [],
};
