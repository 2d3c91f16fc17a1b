import { resourceTypes } from '../../inventory/resource-types.js';
import { dnsLabel, dnsSubdomain } from '../shape/names.js';
import { filledText, flag, integer, object, oneOf, text } from '../shape/shape.js';
import { objectRule } from './object-rule.js';

// cloud.google.com/kubernetes-engine/docs/how-to/configure-gateway-resources

/** networking.gke.io/v1 GCPBackendPolicy: what the load balancer does before a Service. A policy that is missing shows in its status alone. */
export const rule = objectRule({
  token: resourceTypes.gcpBackendPolicy,
  required: {
    spec: object({
      targetRef: object(
        { group: text(), kind: oneOf('Service', 'ServiceImport'), name: text(dnsSubdomain) },
        { namespace: text(dnsLabel) },
      ),
      default: object(
        {},
        {
          securityPolicy: filledText,
          timeoutSec: integer(1, 2_147_483_647),
          maxRatePerEndpoint: integer(1),
          connectionDraining: object({}, { drainingTimeoutSec: integer(0, 3_600) }),
          logging: object({}, { enabled: flag, sampleRate: integer(0, 1_000_000) }),
        },
      ),
    }),
  },
});
