/** The resource types that the twin holds, by their Pulumi token. Any other type is refused. */
export const resourceTypes = {
  namespace: 'kubernetes:core/v1:Namespace',
  resourceQuota: 'kubernetes:core/v1:ResourceQuota',
  limitRange: 'kubernetes:core/v1:LimitRange',
  serviceAccount: 'kubernetes:core/v1:ServiceAccount',
  configMap: 'kubernetes:core/v1:ConfigMap',
  service: 'kubernetes:core/v1:Service',
  deployment: 'kubernetes:apps/v1:Deployment',
  horizontalPodAutoscaler: 'kubernetes:autoscaling/v2:HorizontalPodAutoscaler',
  podDisruptionBudget: 'kubernetes:policy/v1:PodDisruptionBudget',
  priorityClass: 'kubernetes:scheduling.k8s.io/v1:PriorityClass',
  networkPolicy: 'kubernetes:networking.k8s.io/v1:NetworkPolicy',
  gateway: 'kubernetes:gateway.networking.k8s.io/v1:Gateway',
  httpRoute: 'kubernetes:gateway.networking.k8s.io/v1:HTTPRoute',
  referenceGrant: 'kubernetes:gateway.networking.k8s.io/v1beta1:ReferenceGrant',
  gcpHttpFilter: 'kubernetes:networking.gke.io/v1:GCPHTTPFilter',
  gcpBackendPolicy: 'kubernetes:networking.gke.io/v1:GCPBackendPolicy',
  healthCheckPolicy: 'kubernetes:networking.gke.io/v1:HealthCheckPolicy',
  secretProviderClass: 'kubernetes:secrets-store.csi.x-k8s.io/v1:SecretProviderClass',
  managedZone: 'gcp:dns/managedZone:ManagedZone',
  recordSet: 'gcp:dns/recordSet:RecordSet',
  bucket: 'gcp:storage/bucket:Bucket',
  managedFolder: 'gcp:storage/managedFolder:ManagedFolder',
  managedFolderIamMember: 'gcp:storage/managedFolderIamMember:ManagedFolderIamMember',
  securityPolicy: 'gcp:compute/securityPolicy:SecurityPolicy',
  secretIamMember: 'gcp:secretmanager/secretIamMember:SecretIamMember',
} as const;

export type ResourceType = (typeof resourceTypes)[keyof typeof resourceTypes];
export type ProviderName = 'kubernetes' | 'gcp';
