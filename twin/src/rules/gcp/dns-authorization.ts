import type { Resource } from '../../inventory/resource.js';
import { resourceTypes } from '../../inventory/resource-types.js';
import { object, oneOf, text } from '../shape/shape.js';
import type { TypeRule } from '../type-rule.js';
import {
  commonOutputs,
  domain,
  locatedFields,
  namedFields,
  placeOf,
  textIn,
} from './certificate-manager-rules.js';
import { withProject } from './cloud-rule.js';

// cloud.google.com/certificate-manager/docs/reference/certificate-manager/rest/v1/projects.locations.dnsAuthorizations

/** The record that proves control of the domain (same source, DnsResourceRecord); another authorization has another one. */
export function proofRecord({ spec, uid }: Pick<Resource, 'spec' | 'uid'>) {
  return {
    name: `_acme-challenge.${textIn(spec, 'domain')}.`,
    type: 'CNAME',
    data: `${uid}.1.authorize.certificatemanager.goog.`,
  };
}

/** certificatemanager.DnsAuthorization. */
export const rule: TypeRule = {
  token: resourceTypes.dnsAuthorization,
  provider: 'gcp',
  shape: object({ ...namedFields, domain: text(domain) }, { type: oneOf('FIXED_RECORD'), ...locatedFields }),
  immutable: ['name', 'project', 'domain', 'location', 'type'],
  defaults: (inputs, context) =>
    withProject({ location: 'global', type: 'FIXED_RECORD', ...inputs }, context),
  identity: (inputs) => placeOf(inputs, 'dnsAuthorizations'),
  references: () => [],
  outputs: (resource) => ({ ...commonOutputs(resource), dnsResourceRecords: [proofRecord(resource)] }),
  computed: ['dnsResourceRecords'],
};
