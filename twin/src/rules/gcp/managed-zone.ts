import type { JsonObject } from '../../inventory/json.js';
import { resourceTypes } from '../../inventory/resource-types.js';
import { flag, object, oneOf, text, type TextRule } from '../shape/shape.js';
import type { TypeRule } from '../type-rule.js';
import { cloudLabels, knownTexts, project, providerFields, withProject } from './cloud-rule.js';
import { fullDnsName, ownableDnsName } from './dns-names.js';

// cloud.google.com/dns/docs/reference/rest/v1/managedZones

const zoneName: TextRule = (value) =>
  /^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/.test(value)
    ? undefined
    : 'must be at most 63 lower-case letters, digits and "-", start with a letter and end with a letter or digit';

const description: TextRule = (value) =>
  value.length <= 1024 ? undefined : 'must be at most 1024 characters';

/** dns.ManagedZone, public zones. */
export const rule: TypeRule = {
  token: resourceTypes.managedZone,
  provider: 'gcp',
  shape: object(
    { name: text(zoneName), dnsName: text(fullDnsName, ownableDnsName), project },
    {
      description: text(description),
      labels: cloudLabels,
      visibility: oneOf('public'),
      forceDestroy: flag,
      dnssecConfig: object({}, { state: oneOf('off', 'on', 'transfer') }),
      ...providerFields,
    },
  ),
  immutable: ['name', 'dnsName', 'project', 'visibility'],
  defaults: (inputs, context) =>
    withProject({ description: 'Managed by Pulumi', visibility: 'public', ...inputs }, context),
  identity: (inputs) => {
    const [scope, name] = knownTexts(inputs, 'project', 'name') ?? [];
    if (scope === undefined || name === undefined) return undefined;
    return { scope, name, externalId: `projects/${scope}/managedZones/${name}` };
  },
  references: () => [],
  outputs: ({ spec, uid, createdAt }) => ({
    ...spec,
    managedZoneId: BigInt.asUintN(63, BigInt(`0x${uid.replaceAll('-', '')}`)).toString(),
    nameServers: ['ns-twin-1.googledomains.com.', 'ns-twin-2.googledomains.com.'],
    creationTime: createdAt.toISOString(),
    effectiveLabels: labelsOf(spec),
    pulumiLabels: labelsOf(spec),
  }),
  computed: ['managedZoneId', 'nameServers', 'creationTime'],
};

function labelsOf(spec: JsonObject): JsonObject[string] {
  return spec['labels'] ?? {};
}
