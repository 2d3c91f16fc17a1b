import { resourceTypes } from '../../inventory/resource-types.js';
import { flag, list, object, text } from '../shape/shape.js';
import { dnsSubdomain } from '../shape/names.js';
import { objectRule } from './object-rule.js';

/** core/v1 ServiceAccount. */
export const rule = objectRule({
  token: resourceTypes.serviceAccount,
  optional: {
    automountServiceAccountToken: flag,
    imagePullSecrets: list(object({ name: text(dnsSubdomain) })),
  },
});
