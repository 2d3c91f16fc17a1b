import { z } from 'zod';
import { resourceTypes } from '../inventory/resource-types.js';
import type { ResourceReader } from '../mirror/inventory-mirror.js';
import { specReader } from '../mirror/parsed.js';

const grantSchema = z.object({
  spec: z.object({
    from: z.array(z.object({ group: z.string(), kind: z.string(), namespace: z.string() })),
    to: z.array(z.object({ group: z.string(), kind: z.string(), name: z.string().optional() })),
  }),
});
const readGrant = specReader(grantSchema);

/** Whether a namespace lets the HTTPRoutes of another one lead to its Service: gateway-api.sigs.k8s.io/api-types/referencegrant */
export function isGranted(
  mirror: ResourceReader,
  routeNamespace: string,
  { namespace, service }: { namespace: string; service: string },
): boolean {
  for (const resource of mirror.all(resourceTypes.referenceGrant)) {
    if (resource.scope !== namespace) continue;
    const grant = readGrant(resource)?.spec;
    const from = grant?.from.some(
      ({ group, kind, namespace: source }) =>
        group === 'gateway.networking.k8s.io' && kind === 'HTTPRoute' && source === routeNamespace,
    );
    const to = grant?.to.some(
      ({ group, kind, name }) =>
        group === '' && kind === 'Service' && (name === undefined || name === service),
    );
    if (from && to) return true;
  }
  return false;
}
