import type { FaultOperation } from '../faults/fault.js';
import { resourceTypes, type ResourceType } from '../inventory/resource-types.js';

/** How long the stand-in clouds take: as long as they need, or as long as Google's do by the documents and the provider's source. */
export const latencyProfiles = ['off', 'gcp'] as const;
export type LatencyProfile = (typeof latencyProfiles)[number];

const second = 1_000;

/** terraform-provider-google, services/dns/dns_change.go: a change that is pending at first is looked at again after 2 s. */
const dnsChange = 2 * second;
/** google/transport/config.go, PollInterval: an operation that is not done at first is looked at again after 10 s. */
const longRunning = 10 * second;

const changes: Partial<Readonly<Record<ResourceType, number>>> = {
  [resourceTypes.recordSet]: dnsChange,
  [resourceTypes.dnsAuthorization]: longRunning,
  [resourceTypes.certificate]: longRunning,
  [resourceTypes.certificateMap]: longRunning,
  [resourceTypes.certificateMapEntry]: longRunning,
  [resourceTypes.securityPolicy]: longRunning,
};

/** Up to an hour, once DNS is right: cloud.google.com/certificate-manager/docs/troubleshooting, managed.state. */
const certificateIssue = 3_600 * second;

/** Milliseconds from a change of a resource to the provider's answer; readings are answered at once. */
export function changeLatencyMs(profile: LatencyProfile, type: string, operation: FaultOperation): number {
  if (profile === 'off' || operation === 'read') return 0;
  return Object.entries(changes).find(([slow]) => slow === type)?.[1] ?? 0;
}

/** Milliseconds from the request for a certificate to its issue. */
export function issueLatencyMs(profile: LatencyProfile): number {
  return profile === 'off' ? 0 : certificateIssue;
}
