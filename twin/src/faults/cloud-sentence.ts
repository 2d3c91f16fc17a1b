import type { Reference } from '../inventory/resource.js';
import type { FaultKind, FaultOperation } from './fault.js';

/** A call that has a fault: what was asked of which resource, and under which URN Pulumi knows that. */
export interface FaultyCall {
  key: Reference;
  operation: FaultOperation;
  urn: string;
}

export type Refusal = Exclude<FaultKind, 'slow'>;

/**
 * What the real provider would report of the fault. For Kubernetes the sentences of client-go (apimachinery, pkg/api/errors) behind
 * those of pulumi-kubernetes (provider/pkg/provider/provider.go); for Google Cloud `googleapi.Error` (google-api-go-client) behind
 * those of terraform-provider-google (google/services, google/transport/transport.go), which pulumi-gcp bridges.
 */
export function cloudSentence(call: FaultyCall, fault: Refusal): string {
  return call.key.type.startsWith('kubernetes:') ? kubernetesSentence(call, fault) : gcpSentence(call, fault);
}

const verbs = { create: 'patch', update: 'patch', read: 'get', delete: 'delete' } as const;
const methods = { create: 'Patch', update: 'Patch', read: 'Get', delete: 'Delete' } as const;

function kubernetesSentence({ key, operation, urn }: FaultyCall, fault: Refusal): string {
  const resource = groupResource(key.type);
  const asked = `(${verbs[operation]} ${resource} ${key.name})`;
  const url = `https://kubernetes.default.svc/apis/${resource}/${key.name}`;
  const causes: Record<Refusal, string> = {
    429: `the server has received too many requests and has asked us to try again later ${asked}`,
    500: `an error on the server ("") has prevented the request from succeeding ${asked}`,
    503: `the server is currently unable to handle the request ${asked}`,
    timeout: `${methods[operation]} "${url}": context deadline exceeded (Client.Timeout exceeded while awaiting headers)`,
    lost: `${methods[operation]} "${url}": read tcp 10.0.0.2:41644->10.0.0.1:443: read: connection reset by peer`,
    conflict: `Operation cannot be fulfilled on ${resource} "${key.name}": the object has been modified; please apply your changes to the latest version and try again`,
  };
  return kubernetesAction(operation, urn, key) + causes[fault];
}

/** What provider.go puts before the API server's own words: Create, Update; Read and Delete hand them on as they are. */
function kubernetesAction(operation: FaultOperation, urn: string, { scope, name }: Reference): string {
  if (operation === 'create')
    return `resource "${urn}" was not successfully created by the Kubernetes API server: `;
  if (operation !== 'update') return '';
  const qualified = scope === '' ? name : `${scope}/${name}`;
  return `the Kubernetes API server reported that "${qualified}" failed to fully initialize or become live: `;
}

/** `deployments.apps`, `services`: how the API server names what was asked for. */
function groupResource(type: string): string {
  const [, version = '', kind = ''] = type.split(':');
  const group = version.includes('/') ? (version.split('/', 1)[0] ?? '') : '';
  const singular = kind.toLowerCase();
  const plural = /[^aeiou]y$/.test(singular) ? `${singular.slice(0, -1)}ies` : `${singular}s`;
  return group === '' || group === 'core' ? plural : `${plural}.${group}`;
}

function gcpSentence({ key, operation }: FaultyCall, fault: Refusal): string {
  const [, module = '', kind = ''] = key.type.split(':');
  const service = module.split('/', 1)[0] ?? '';
  const url = `https://${service}.googleapis.com/`;
  const causes: Record<Refusal, string> = {
    429: tooMany(service),
    500: 'googleapi: Error 500: We encountered an internal error. Please try again., internalError',
    503: 'googleapi: Error 503: The service is currently unavailable., backendError',
    timeout: `Post "${url}": context deadline exceeded (Client.Timeout exceeded while awaiting headers)`,
    lost: `Post "${url}": read tcp 10.0.0.2:41644->142.250.0.95:443: read: connection reset by peer`,
    conflict: concurrentChange(service),
  };
  const action =
    kind === 'RecordSet' ? recordSetAction(operation, key.name) : gcpAction(operation, kind, key.name);
  return `1 error occurred:\n\t* ${action}: ${causes[fault]}`;
}

function gcpAction(operation: FaultOperation, kind: string, name: string): string {
  switch (operation) {
    case 'create':
      return `Error creating ${kind}`;
    case 'update':
      return `Error updating ${kind} "${name}"`;
    case 'read':
      return `Error when reading or editing ${readAs[kind] ?? kind} "${name}"`;
    case 'delete':
      return `Error when reading or editing ${kind}`;
  }
}

/** Where a reading names more than the kind. */
const readAs: Readonly<Record<string, string>> = {
  Bucket: 'Storage Bucket',
  ManagedFolder: 'StorageManagedFolder',
  ManagedZone: 'DNSManagedZone',
  Certificate: 'CertificateManagerCertificate',
  CertificateMap: 'CertificateManagerCertificateMap',
  CertificateMapEntry: 'CertificateManagerCertificateMapEntry',
  DnsAuthorization: 'CertificateManagerDnsAuthorization',
};

/** services/dns/resource_dns_record_set.go, which is written by hand. */
function recordSetAction(operation: FaultOperation, name: string): string {
  switch (operation) {
    case 'create':
      return 'Error creating DNS RecordSet';
    case 'update':
      return 'Error changing DNS RecordSet';
    case 'read':
      return `Error when reading or editing DNS Record Set "${name.replace(/\/[^/]*$/, '')}"`;
    case 'delete':
      return 'Error when reading or editing google_dns_record_set';
  }
}

/** cloud.google.com/storage/docs/json_api/v1/status-codes, and the sentence of Google's quota service for the others. */
function tooMany(service: string): string {
  return service === 'storage'
    ? 'googleapi: Error 429: The object exceeded the rate limit for object mutation operations (create, update, and delete). Please reduce your request rate., rateLimitExceeded'
    : `googleapi: Error 429: Quota exceeded for quota metric 'Queries' and limit 'Queries per minute' of service '${service}.googleapis.com' for consumer 'project_number:1'., rateLimitExceeded`;
}

function concurrentChange(service: string): string {
  return service === 'storage'
    ? 'googleapi: Error 409: The metadata for the object was edited during the operation. Please try again., conflict'
    : "googleapi: Error 412: Precondition not met for 'entity.change.deletions[0]', conditionNotMet";
}
