import { listAt, objectAt, type JsonObject } from '../../inventory/json.js';
import type { Reference } from '../../inventory/resource.js';
import { resourceTypes } from '../../inventory/resource-types.js';
import { list, object, oneOf, text, type Violation } from '../shape/shape.js';
import { isUnknown } from '../shape/unknown.js';
import type { TypeRule } from '../type-rule.js';
import {
  commonOutputs,
  domainOrWildcard,
  fullNameIn,
  locatedFields,
  namedBy,
  namedFields,
  placeOf,
  textIn,
} from './certificate-manager-rules.js';
import { withProject } from './cloud-rule.js';

// cloud.google.com/certificate-manager/docs/reference/certificate-manager/rest/v1/projects.locations.certificates

const collection = 'dnsAuthorizations';

// cloud.google.com/certificate-manager/docs/quotas: at most 100 domains with DNS authorization.
const managed = object({
  domains: list(text(domainOrWildcard), { min: 1, max: 100 }),
  dnsAuthorizations: list(text(fullNameIn(collection)), { min: 1, max: 100 }),
});

function references(inputs: JsonObject): Reference[] {
  return listAt(inputs, 'managed', 'dnsAuthorizations').flatMap((id) =>
    namedBy(id, collection, resourceTypes.dnsAuthorization),
  );
}

/** An authorization covers its domain and the wildcard of that (cloud.google.com/certificate-manager/docs/domain-authorization). */
function admit(inputs: JsonObject, authorizations: readonly JsonObject[]): Violation[] {
  const authorized = new Set(authorizations.map((each) => textIn(each, 'domain')));
  return listAt(inputs, 'managed', 'domains').flatMap((name, index) => {
    if (typeof name !== 'string' || isUnknown(name) || authorized.has(name.replace(/^\*\./, ''))) return [];
    return [
      { path: `managed.domains[${String(index)}]`, reason: 'is covered by none of its dnsAuthorizations' },
    ];
  });
}

/** certificatemanager.Certificate, those that Google manages. */
export const rule: TypeRule = {
  token: resourceTypes.certificate,
  provider: 'gcp',
  shape: object({ ...namedFields, managed }, { scope: oneOf('DEFAULT'), ...locatedFields }),
  immutable: ['name', 'project', 'managed', 'location', 'scope'],
  defaults: (inputs, context) => withProject({ location: 'global', scope: 'DEFAULT', ...inputs }, context),
  identity: (inputs) => placeOf(inputs, 'certificates'),
  references,
  admit,
  outputs: (resource) => ({
    ...commonOutputs(resource),
    managed: { ...objectAt(resource.spec, 'managed'), ...resource.status },
    sanDnsnames: listAt(resource.spec, 'managed', 'domains'),
  }),
  computed: ['sanDnsnames'],
  initialStatus: { state: 'PROVISIONING' },
};
