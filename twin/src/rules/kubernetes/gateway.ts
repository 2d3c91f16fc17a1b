import { listAt, textAt, type JsonObject } from '../../inventory/json.js';
import { resourceTypes } from '../../inventory/resource-types.js';
import { dnsSubdomain, labelKey, labelValue, routeHostname } from '../shape/names.js';
import { filledText, list, map, object, oneOf, text, type Report } from '../shape/shape.js';
import { labelSelector } from './label-selector.js';
import { labels } from './metadata.js';
import { objectRule } from './object-rule.js';
import { portNumber } from './ports.js';

const certificate = object({ name: filledText }, { group: text(), kind: filledText, namespace: filledText });

const listener = object(
  { name: text(dnsSubdomain), port: portNumber, protocol: oneOf('HTTP', 'HTTPS', 'TLS', 'TCP', 'UDP') },
  {
    hostname: text(routeHostname),
    tls: object(
      {},
      {
        mode: oneOf('Terminate', 'Passthrough'),
        certificateRefs: list(certificate),
        options: map(text(), labelKey),
      },
    ),
    allowedRoutes: object(
      {},
      {
        namespaces: object({}, { from: oneOf('All', 'Selector', 'Same'), selector: labelSelector }),
        kinds: list(object({ kind: filledText }, { group: text() })),
      },
    ),
  },
);

// gateway-api.sigs.k8s.io/reference/spec: name unique; port, protocol and hostname distinct in combination.
function checkListeners(spec: JsonObject, path: string, report: Report): void {
  const seen = new Set<string>();
  listAt(spec, 'listeners').forEach((entry, index) => {
    const name = textAt(entry, 'name') ?? '';
    if (seen.has(name)) report(`${path}.listeners[${String(index)}].name`, 'is used by an earlier listener');
    seen.add(name);
  });
}

/** gateway.networking.k8s.io/v1 Gateway. */
export const rule = objectRule({
  token: resourceTypes.gateway,
  required: {
    spec: object(
      { gatewayClassName: text(dnsSubdomain), listeners: list(listener, { min: 1, max: 64 }) },
      {
        addresses: list(object({ value: filledText }, { type: filledText }), { max: 16 }),
        infrastructure: object({}, { labels, annotations: map(text(labelValue), labelKey) }),
      },
      checkListeners,
    ),
  },
});
