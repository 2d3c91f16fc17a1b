import { app } from './names.js';
import type { TenantStackInput } from './tenant.input.js';

/**
 * The rules of a route that lead gRPC services to their port: GKE has no GRPCRoute, so a service is a path prefix
 * (https://gateway-api.sigs.k8s.io/api-types/httproute), and without the CDN filter, since a call is no page to keep.
 * The Service says that the port speaks HTTP/2 in plain text (`appProtocol: kubernetes.io/h2c`).
 */
export function computeGrpcRules(ports: TenantStackInput['grpcPorts']) {
  return ports.map(({ port, paths }) => ({
    matches: paths.map((value) => ({ path: { type: 'PathPrefix', value } })),
    backendRefs: [{ name: app, port }],
  }));
}
