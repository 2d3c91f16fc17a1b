import { at, isJsonObject, listAt, type Json, type JsonObject } from '../../inventory/json.js';
import { resourceTypes } from '../../inventory/resource-types.js';
import { dnsLabel, dnsSubdomain, serviceName } from '../shape/names.js';
import { flag, list, object, oneOf, text, filledText, integer, type Report } from '../shape/shape.js';
import { labels } from './metadata.js';
import { objectRule } from './object-rule.js';
import { portNumber, portReference } from './ports.js';

const port = object(
  { port: portNumber },
  {
    name: text(dnsLabel),
    protocol: oneOf('TCP', 'UDP', 'SCTP'),
    targetPort: portReference,
    appProtocol: filledText,
    nodePort: integer(30_000, 32_767),
  },
);

// k8s.io/kubernetes ValidateService.
function checkSpec(spec: JsonObject, path: string, report: Report): void {
  const ports = listAt(spec, 'ports');
  const external = spec['type'] === 'ExternalName';
  if (external && !Object.hasOwn(spec, 'externalName'))
    report(`${path}.externalName`, 'is required for ExternalName');
  if (!external && ports.length === 0 && spec['clusterIP'] !== 'None') report(`${path}.ports`, 'is required');
  checkDistinct(ports, (entry) => at(entry, 'name') ?? '', 'name', path, report);
  checkDistinct(
    ports,
    (entry) => JSON.stringify([at(entry, 'port'), at(entry, 'protocol')]),
    'port',
    path,
    report,
  );
  if (ports.length < 2) return;
  ports.forEach((entry, index) => {
    if (at(entry, 'name') === undefined)
      report(`${path}.ports[${String(index)}].name`, 'is required with several ports');
  });
}

function checkDistinct(
  ports: Json[],
  key: (port: Json) => Json,
  field: string,
  path: string,
  report: Report,
): void {
  const seen = new Set<Json>();
  ports.forEach((entry, index) => {
    const value = key(entry);
    if (value !== '' && seen.has(value))
      report(`${path}.ports[${String(index)}].${field}`, 'is used by an earlier port');
    seen.add(value);
  });
}

/** TCP, and the same port at the pod, as the API server fills in. */
function defaults(inputs: JsonObject): JsonObject {
  const spec = inputs['spec'];
  if (!isJsonObject(spec) || !Array.isArray(spec['ports'])) return inputs;
  const ports = spec['ports'].map((entry) =>
    isJsonObject(entry)
      ? {
          protocol: 'TCP',
          ...(at(entry, 'port') !== undefined && { targetPort: at(entry, 'port') ?? null }),
          ...entry,
        }
      : entry,
  );
  return { ...inputs, spec: { type: 'ClusterIP', ...spec, ports } };
}

/** core/v1 Service. */
export const rule = objectRule({
  token: resourceTypes.service,
  name: serviceName,
  required: {
    spec: object(
      {},
      {
        type: oneOf('ClusterIP', 'NodePort', 'LoadBalancer', 'ExternalName'),
        selector: labels,
        ports: list(port),
        clusterIP: filledText,
        externalName: text(dnsSubdomain),
        sessionAffinity: oneOf('None', 'ClientIP'),
        publishNotReadyAddresses: flag,
        internalTrafficPolicy: oneOf('Cluster', 'Local'),
        ipFamilyPolicy: oneOf('SingleStack', 'PreferDualStack', 'RequireDualStack'),
        ipFamilies: list(oneOf('IPv4', 'IPv6'), { max: 2 }),
        trafficDistribution: oneOf('PreferClose', 'PreferSameZone', 'PreferSameNode'),
      },
      checkSpec,
    ),
  },
  defaults,
  immutable: ['spec.clusterIP'],
  initialStatus: { loadBalancer: {} },
});
