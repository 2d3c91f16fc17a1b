import { isIP } from 'node:net';
import { at } from '../../inventory/json.js';
import { resourceTypes } from '../../inventory/resource-types.js';
import { list, object, oneOf, text, type TextRule } from '../shape/shape.js';
import { labelSelector } from './label-selector.js';
import { objectRule } from './object-rule.js';
import { portNumber, portReference } from './ports.js';

const cidr: TextRule = (value) => {
  const [address = '', bits = ''] = value.split('/');
  const width = isIP(address) === 4 ? 32 : isIP(address) === 6 ? 128 : -1;
  return /^\d+$/.test(bits) && Number(bits) <= width
    ? undefined
    : 'must be an address range such as 10.0.0.0/8';
};

const peer = object(
  {},
  {
    podSelector: labelSelector,
    namespaceSelector: labelSelector,
    ipBlock: object({ cidr: text(cidr) }, { except: list(text(cidr)) }),
  },
  (value, path, report) => {
    const fields = Object.keys(value).length;
    if (fields === 0) report(path, 'must have a podSelector, a namespaceSelector or an ipBlock');
    if (Object.hasOwn(value, 'ipBlock') && fields > 1)
      report(path, 'must not have anything beside an ipBlock');
  },
);

const port = object(
  {},
  { protocol: oneOf('TCP', 'UDP', 'SCTP'), port: portReference, endPort: portNumber },
  (value, path, report) => {
    const [first, last] = [at(value, 'port'), at(value, 'endPort')];
    if (last === undefined) return;
    if (typeof first !== 'number') report(`${path}.endPort`, 'needs a port number');
    else if (typeof last === 'number' && last < first)
      report(`${path}.endPort`, 'must not be less than the port');
  },
);

const peers = list(peer);
const ports = list(port);

/** networking.k8s.io/v1 NetworkPolicy (k8s.io/kubernetes ValidateNetworkPolicySpec). */
export const rule = objectRule({
  token: resourceTypes.networkPolicy,
  required: {
    spec: object(
      { podSelector: labelSelector },
      {
        policyTypes: list(oneOf('Ingress', 'Egress'), { max: 2 }),
        ingress: list(object({}, { from: peers, ports })),
        egress: list(object({}, { to: peers, ports })),
      },
    ),
  },
});
