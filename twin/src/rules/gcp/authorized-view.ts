import { listAt, textAt, type JsonObject } from '../../inventory/json.js';
import { resourceTypes } from '../../inventory/resource-types.js';
import {
  filledText,
  list,
  object,
  oneOf,
  text,
  type Report,
  type TextRule,
  type Violation,
} from '../shape/shape.js';
import type { TypeRule } from '../type-rule.js';
import { familyName, tableName, tableOf } from './bigtable-rules.js';
import { knownTexts, project, providerFields, withProject } from './cloud-rule.js';

// cloud.google.com/bigtable/docs/reference/admin/rest/v2/projects.instances.tables.authorizedViews

const base64: TextRule = (value) =>
  Buffer.from(value, 'base64').toString('base64') === value ? undefined : 'must be Base64';

const familySubset = object(
  { familyName: text(familyName) },
  { qualifiers: list(text(base64)), qualifierPrefixes: list(text(base64)) },
);

/** At most ten prefixes of qualifiers in all (cloud.google.com/bigtable/docs/authorized-views). */
function checkPrefixes(view: JsonObject, path: string, report: Report): void {
  const count = listAt(view, 'familySubsets').reduce<number>(
    (sum, each) => sum + listAt(each, 'qualifierPrefixes').length,
    0,
  );
  if (count > 10) report(`${path}.familySubsets`, 'must have at most 10 qualifierPrefixes in all');
}

/** A view shows families that its table has (same source). */
function admit(inputs: JsonObject, [table]: readonly JsonObject[]): Violation[] {
  const known = listAt(table, 'columnFamilies').map((each) => textAt(each, 'family'));
  return listAt(inputs, 'subsetView', 'familySubsets').flatMap((each, index) =>
    known.includes(textAt(each, 'familyName'))
      ? []
      : [
          {
            path: `subsetView.familySubsets[${String(index)}].familyName`,
            reason: 'must be a family of the table',
          },
        ],
  );
}

/** bigtable.AuthorizedView. */
export const rule: TypeRule = {
  token: resourceTypes.authorizedView,
  provider: 'gcp',
  shape: object(
    {
      name: text(tableName),
      project,
      instanceName: filledText,
      tableName: filledText,
      subsetView: object(
        { rowPrefixes: list(text(base64), { min: 1 }) },
        { familySubsets: list(familySubset) },
        checkPrefixes,
      ),
    },
    { deletionProtection: oneOf('PROTECTED', 'UNPROTECTED'), ...providerFields },
  ),
  immutable: ['name', 'project', 'instanceName', 'tableName'],
  defaults: withProject,
  identity: (inputs) => {
    const values = knownTexts(inputs, 'project', 'instanceName', 'tableName', 'name');
    if (!values) return undefined;
    const [projectId = '', instance = '', table = '', name = ''] = values;
    return {
      scope: `${projectId}/${instance}/${table}`,
      name,
      externalId: `projects/${projectId}/instances/${instance}/tables/${table}/authorizedViews/${name}`,
    };
  },
  references: (inputs) => tableOf(inputs, 'tableName'),
  admit,
  outputs: ({ spec }) => spec,
  computed: [],
};
