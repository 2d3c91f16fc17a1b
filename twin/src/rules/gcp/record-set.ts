import { isIPv4, isIPv6 } from 'node:net';
import { listAt, textAt, type JsonObject } from '../../inventory/json.js';
import type { Reference } from '../../inventory/resource.js';
import { resourceTypes } from '../../inventory/resource-types.js';
import {
  filledText,
  integer,
  list,
  object,
  oneOf,
  text,
  type Report,
  type TextRule,
  type Violation,
} from '../shape/shape.js';
import { isUnknown } from '../shape/unknown.js';
import type { TypeRule } from '../type-rule.js';
import { knownTexts, project, providerFields, withProject } from './cloud-rule.js';
import { fullDnsName, liesInZone } from './dns-names.js';

// cloud.google.com/dns/docs/reference/rest/v1/resourceRecordSets and cloud.google.com/dns/docs/records-overview

const pattern =
  (expression: RegExp, reason: string): TextRule =>
  (value) =>
    expression.test(value) ? undefined : reason;

const dataRules: Readonly<Record<string, TextRule>> = {
  A: (value) => (isIPv4(value) ? undefined : 'must be an IPv4 address'),
  AAAA: (value) => (isIPv6(value) ? undefined : 'must be an IPv6 address'),
  CNAME: fullDnsName,
  NS: fullDnsName,
  CAA: pattern(/^\d{1,3} (issue|issuewild|iodef) "[^"]*"$/, 'must look like 0 issue "ca.example.net"'),
  MX: pattern(/^\d{1,5} \S+\.$/, 'must look like 10 mail.example.test.'),
  SRV: pattern(/^\d{1,5} \d{1,5} \d{1,5} \S+\.$/, 'must look like 0 5 443 host.example.test.'),
  TXT: pattern(
    /^("([^"\\]|\\.){0,255}"|[^\s"]+)( ("([^"\\]|\\.){0,255}"|[^\s"]+))*$/,
    'must be quoted texts of at most 255 characters',
  ),
};

function checkData(value: JsonObject, _path: string, report: Report): void {
  const type = textAt(value, 'type') ?? '';
  const data = listAt(value, 'rrdatas');
  if (type === 'CNAME' && data.length > 1) report('rrdatas', 'must have one item for a CNAME');
  data.forEach((entry, index) => {
    const reason = typeof entry === 'string' && !isUnknown(entry) ? dataRules[type]?.(entry) : undefined;
    if (reason !== undefined) report(`rrdatas[${String(index)}]`, `${reason}, for the type ${type}`);
    if (data.indexOf(entry) < index) report(`rrdatas[${String(index)}]`, 'repeats an earlier item');
  });
}

function references(inputs: JsonObject): Reference[] {
  const [scope, name] = knownTexts(inputs, 'project', 'managedZone') ?? [];
  return scope === undefined || name === undefined ? [] : [{ type: resourceTypes.managedZone, scope, name }];
}

function admit(inputs: JsonObject, [zone]: readonly JsonObject[]): Violation[] {
  const [name, zoneName] = [textAt(inputs, 'name') ?? '', textAt(zone, 'dnsName')];
  if (zoneName === undefined) return [];
  if (!liesInZone(name, zoneName)) {
    return [{ path: 'name', reason: `must lie within the zone, that is end with "${zoneName}"` }];
  }
  const atApex = name === zoneName && inputs['type'] === 'CNAME';
  return atApex ? [{ path: 'type', reason: "must not be CNAME at the zone's own name" }] : [];
}

/** A CNAME stands alone (RFC 1034, 3.6.2). Record sets are named `<name>/<type>`. */
function rivals(inputs: JsonObject): ReturnType<NonNullable<TypeRule['rivals']>> {
  const [name = '', type = ''] = knownTexts(inputs, 'name', 'type') ?? [];
  return {
    prefix: `${name}/`,
    refuse: (others) => {
      const [other] = type === 'CNAME' ? others : others.filter((taken) => taken.endsWith('/CNAME'));
      return other === undefined
        ? undefined
        : `cannot stand beside "${other}": a CNAME excludes other record sets of its name`;
    },
  };
}

/** dns.RecordSet. */
export const rule: TypeRule = {
  token: resourceTypes.recordSet,
  provider: 'gcp',
  shape: object(
    {
      name: text(fullDnsName),
      type: oneOf(...Object.keys(dataRules)),
      managedZone: filledText,
      project,
      rrdatas: list(filledText, { min: 1, max: 100 }),
    },
    { ttl: integer(0), ...providerFields },
    checkData,
  ),
  immutable: ['name', 'type', 'managedZone', 'project'],
  defaults: (inputs, context) => withProject({ ttl: 300, ...inputs }, context),
  identity: (inputs) => {
    const values = knownTexts(inputs, 'project', 'managedZone', 'name', 'type');
    if (!values) return undefined;
    const [projectName = '', zone = '', name = '', type = ''] = values;
    return {
      scope: `${projectName}/${zone}`,
      name: `${name}/${type}`,
      externalId: `projects/${projectName}/managedZones/${zone}/rrsets/${name}/${type}`,
    };
  },
  references,
  admit,
  rivals,
  outputs: ({ spec }) => spec,
  computed: [],
};
