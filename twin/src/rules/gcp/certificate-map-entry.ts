import { listAt, type JsonObject } from '../../inventory/json.js';
import type { Reference } from '../../inventory/resource.js';
import { resourceTypes } from '../../inventory/resource-types.js';
import { exactlyOne, list, object, oneOf, text } from '../shape/shape.js';
import type { TypeRule } from '../type-rule.js';
import {
  commonOutputs,
  describedFields,
  domainOrWildcard,
  fullNameIn,
  namedBy,
  namedFields,
} from './certificate-manager-rules.js';
import { knownTexts, withProject } from './cloud-rule.js';

function references(inputs: JsonObject): Reference[] {
  const [scope, name] = knownTexts(inputs, 'project', 'map') ?? [];
  const map =
    scope === undefined || name === undefined ? [] : [{ type: resourceTypes.certificateMap, scope, name }];
  const certificates = listAt(inputs, 'certificates').flatMap((id) =>
    namedBy(id, 'certificates', resourceTypes.certificate),
  );
  return [...map, ...certificates];
}

/** certificatemanager.CertificateMapEntry: cloud.google.com/certificate-manager/docs/map-entries, at most four certificates each. */
export const rule: TypeRule = {
  token: resourceTypes.certificateMapEntry,
  provider: 'gcp',
  shape: object(
    { ...namedFields, map: text(), certificates: list(text(fullNameIn('certificates')), { min: 1, max: 4 }) },
    { hostname: text(domainOrWildcard), matcher: oneOf('PRIMARY'), ...describedFields },
    (value, path, report) => exactlyOne(value, ['hostname', 'matcher'], path, report),
  ),
  immutable: ['name', 'project', 'map', 'hostname', 'matcher'],
  defaults: withProject,
  identity: (inputs) => {
    const [projectId, map, name] = knownTexts(inputs, 'project', 'map', 'name') ?? [];
    if (projectId === undefined || map === undefined || name === undefined) return undefined;
    return {
      scope: `${projectId}/${map}`,
      name,
      externalId: `projects/${projectId}/locations/global/certificateMaps/${map}/certificateMapEntries/${name}`,
    };
  },
  references,
  outputs: (resource) => ({
    ...commonOutputs(resource),
    createTime: resource.createdAt.toISOString(),
    updateTime: resource.updatedAt.toISOString(),
    state: resource.status['state'] ?? 'PENDING',
  }),
  computed: ['createTime', 'updateTime', 'state'],
  initialStatus: { state: 'PENDING' },
};
