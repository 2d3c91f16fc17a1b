import { resourceTypes } from '../../inventory/resource-types.js';
import { dnsLabel, dnsSubdomain } from '../shape/names.js';
import { filledText, list, object, text } from '../shape/shape.js';
import { objectRule } from './object-rule.js';

// gateway-api.sigs.k8s.io/reference/spec, ReferenceGrant: who (from) may refer to what (to) in its namespace.

const from = object({ group: text(), kind: filledText, namespace: text(dnsLabel) });
const to = object({ group: text(), kind: filledText }, { name: text(dnsSubdomain) });

/** gateway.networking.k8s.io/v1beta1 ReferenceGrant. */
export const rule = objectRule({
  token: resourceTypes.referenceGrant,
  required: { spec: object({ from: list(from, { min: 1, max: 16 }), to: list(to, { min: 1, max: 16 }) }) },
});
