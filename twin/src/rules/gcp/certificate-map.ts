import { resourceTypes } from '../../inventory/resource-types.js';
import { object } from '../shape/shape.js';
import type { TypeRule } from '../type-rule.js';
import { commonOutputs, describedFields, namedFields, placeOf } from './certificate-manager-rules.js';
import { withProject } from './cloud-rule.js';

/** certificatemanager.CertificateMap: cloud.google.com/certificate-manager/docs/maps */
export const rule: TypeRule = {
  token: resourceTypes.certificateMap,
  provider: 'gcp',
  shape: object(namedFields, describedFields),
  immutable: ['name', 'project'],
  defaults: withProject,
  identity: (inputs) => placeOf(inputs, 'certificateMaps'),
  references: () => [],
  outputs: (resource) => ({
    ...commonOutputs(resource),
    createTime: resource.createdAt.toISOString(),
    updateTime: resource.updatedAt.toISOString(),
  }),
  computed: ['createTime', 'updateTime'],
};
