import type { KubernetesObject } from '../kubernetes/object.js';
import { objectLabels } from './labels.js';
import { namespaceOf } from './names.js';
import type { TenantStackInput } from './tenant.input.js';
import { collectorOf } from './workload-telemetry.js';

/** Port of a workload's `http` container port; the same for every template, so that the policy need not know the template. */
export const httpPort = 8080;
export const dataGatewayPort = 8086;
export const systemNamespace = 'leasehold-system';

interface Rule {
  readonly name: string;
  readonly ingress?: readonly unknown[];
  readonly egress?: readonly unknown[];
}

const tcp = (port: number) => ({ protocol: 'TCP', port });
const udp = (port: number) => ({ protocol: 'UDP', port });
const block = (cidr: string) => ({ ipBlock: { cidr } });
const inNamespace = (namespace: string, labels: Record<string, string>) => ({
  namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } },
  podSelector: { matchLabels: labels },
});

/** Names: the cluster's DNS, and NodeLocal DNSCache: https://cloud.google.com/kubernetes-engine/docs/how-to/nodelocal-dns-cache */
export const dns = {
  to: [inNamespace('kube-system', { 'k8s-app': 'kube-dns' }), block('169.254.20.10/32')],
  ports: [udp(53), tcp(53)],
};

/** private.googleapis.com, for the branding in Cloud Storage: https://cloud.google.com/vpc/docs/configure-private-google-access#config-options */
export const googleApis = { to: [block('199.36.153.8/30')], ports: [tcp(443)] };

/** The load balancer's and its health checks' ranges: https://cloud.google.com/load-balancing/docs/firewall-rules */
export const atEdge = { from: [block('35.191.0.0/16'), block('130.211.0.0/22')], ports: [tcp(httpPort)] };

/** All of the namespace, which has the pods of one tenant and no others: replicas may share work among them. */
const ownPods = [{ podSelector: {} }];

/** The same, to the ports of gRPC services too. */
const atEdgeWith = (grpcPorts: TenantStackInput['grpcPorts']) => ({
  ...atEdge,
  ports: [...atEdge.ports, ...grpcPorts.map(({ port }) => tcp(port))],
});

function collector(telemetry: NonNullable<TenantStackInput['telemetry']>) {
  const { to, port } = collectorOf(telemetry);
  return { to: [to], ports: [tcp(port)] };
}

/** Nothing in, nothing out, but for these holes. */
const rules = ({ grpcPorts, telemetry }: TenantStackInput): readonly Rule[] => [
  { name: 'default-deny', ingress: [], egress: [] },
  { name: 'allow-dns', egress: [dns] },
  {
    // https://cloud.google.com/kubernetes-engine/docs/how-to/network-policy#network-policy-and-workload-identity
    name: 'allow-metadata-server',
    egress: [{ to: [block('169.254.169.252/32'), block('169.254.169.254/32')], ports: [tcp(988), tcp(80)] }],
  },
  {
    name: 'allow-data-gateway',
    egress: [
      {
        to: [inNamespace(systemNamespace, { 'app.kubernetes.io/name': 'data-gateway' })],
        ports: [tcp(dataGatewayPort)],
      },
    ],
  },
  { name: 'allow-google-apis', egress: [googleApis] },
  ...(telemetry ? [{ name: 'allow-collector', egress: [collector(telemetry)] }] : []),
  {
    name: 'allow-replicas',
    ingress: [{ from: ownPods, ports: [tcp(httpPort)] }],
    egress: [{ to: ownPods, ports: [tcp(httpPort)] }],
  },
  { name: 'allow-edge', ingress: [atEdgeWith(grpcPorts)] },
];

/** Default-deny both ways and the few holes that a workload needs, each a policy of its own so that a person can name it. */
export function computeNetworkPolicies(input: TenantStackInput): KubernetesObject[] {
  const { tenant } = input;
  return rules(input).map(({ name, ingress, egress }) => ({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name, namespace: namespaceOf(tenant.slug), labels: objectLabels(tenant) },
    spec: {
      podSelector: {},
      policyTypes: [...(ingress ? ['Ingress'] : []), ...(egress ? ['Egress'] : [])],
      ...(ingress ? { ingress } : {}),
      ...(egress ? { egress } : {}),
    },
  }));
}
