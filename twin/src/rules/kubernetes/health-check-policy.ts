import { textAt } from '../../inventory/json.js';
import { resourceTypes } from '../../inventory/resource-types.js';
import { dnsLabel, dnsSubdomain } from '../shape/names.js';
import { at, type JsonObject } from '../../inventory/json.js';
import { filledText, flag, integer, object, oneOf, text, type Report } from '../shape/shape.js';
import { objectRule } from './object-rule.js';
import { portNumber } from './ports.js';

// cloud.google.com/kubernetes-engine/docs/how-to/configure-gateway-resources#configure_health_check

const portFields = {
  port: portNumber,
  portName: filledText,
  portSpecification: oneOf('USE_FIXED_PORT', 'USE_NAMED_PORT', 'USE_SERVING_PORT'),
};
const http = object(
  {},
  {
    ...portFields,
    host: filledText,
    requestPath: text((value) => (value.startsWith('/') ? undefined : 'must start with "/"')),
    response: filledText,
    proxyHeader: oneOf('NONE', 'PROXY_V1'),
  },
);
const checks = {
  httpHealthCheck: http,
  httpsHealthCheck: http,
  http2HealthCheck: http,
  grpcHealthCheck: object({}, { ...portFields, grpcServiceName: filledText }),
  tcpHealthCheck: object({}, { ...portFields, request: text(), response: text() }),
};

const config = object(
  { type: oneOf('HTTP', 'HTTPS', 'HTTP2', 'GRPC', 'TCP') },
  checks,
  (value, path, report) => {
    const wanted = `${textAt(value, 'type')?.toLowerCase() ?? ''}HealthCheck`;
    for (const field of Object.keys(checks)) {
      if (field !== wanted && Object.hasOwn(value, field))
        report(`${path}.${field}`, 'does not belong to the type');
    }
  },
);

function checkTimes(value: JsonObject, path: string, report: Report): void {
  const [interval, timeout] = [at(value, 'checkIntervalSec') ?? 5, at(value, 'timeoutSec') ?? 5];
  if (typeof interval === 'number' && typeof timeout === 'number' && timeout > interval) {
    report(`${path}.timeoutSec`, `must not be more than checkIntervalSec (${String(interval)})`);
  }
}

const seconds = integer(1, 300);
const threshold = integer(1, 10);

/** networking.gke.io/v1 HealthCheckPolicy. */
export const rule = objectRule({
  token: resourceTypes.healthCheckPolicy,
  required: {
    spec: object({
      targetRef: object(
        { group: text(), kind: oneOf('Service', 'ServiceImport'), name: text(dnsSubdomain) },
        { namespace: text(dnsLabel) },
      ),
      default: object(
        { config },
        {
          checkIntervalSec: seconds,
          timeoutSec: seconds,
          healthyThreshold: threshold,
          unhealthyThreshold: threshold,
          logConfig: object({}, { enabled: flag }),
        },
        checkTimes,
      ),
    }),
  },
});
