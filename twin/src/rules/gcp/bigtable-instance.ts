import { resourceTypes } from '../../inventory/resource-types.js';
import { flag, integer, list, object, oneOf, text, type TextRule } from '../shape/shape.js';
import type { TypeRule } from '../type-rule.js';
import { clusterId, instanceName } from './bigtable-rules.js';
import { cloudLabels, knownTexts, project, providerFields, withProject } from './cloud-rule.js';

/** cloud.google.com/bigtable/docs/locations: a region and a letter. */
const zone: TextRule = (value) =>
  /^[a-z0-9-]+-[a-z]$/.test(value) ? undefined : 'must be a zone such as europe-west1-b';

const cluster = object(
  { clusterId: text(clusterId), zone: text(zone) },
  { numNodes: integer(1), storageType: oneOf('SSD', 'HDD') },
);

/** bigtable.Instance: at most eight clusters (cloud.google.com/bigtable/docs/replication-overview). */
export const rule: TypeRule = {
  token: resourceTypes.bigtableInstance,
  provider: 'gcp',
  shape: object(
    { name: text(instanceName), project, clusters: list(cluster, { min: 1, max: 8 }) },
    {
      displayName: text(),
      deletionProtection: flag,
      forceDestroy: flag,
      labels: cloudLabels,
      ...providerFields,
    },
  ),
  immutable: ['name', 'project'],
  // terraform-provider-google, bigtable_instance: protected unless it is said otherwise.
  defaults: (inputs, context) => withProject({ deletionProtection: true, ...inputs }, context),
  identity: (inputs) => {
    const [scope, name] = knownTexts(inputs, 'project', 'name') ?? [];
    if (scope === undefined || name === undefined) return undefined;
    return { scope, name, externalId: `projects/${scope}/instances/${name}` };
  },
  references: () => [],
  outputs: ({ spec, name }) => ({
    displayName: name,
    ...spec,
    effectiveLabels: spec['labels'] ?? {},
    pulumiLabels: spec['labels'] ?? {},
  }),
  computed: [],
};
