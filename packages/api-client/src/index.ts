/**
 * @leasehold/api-client: the admin API from TypeScript. Types are generated from openapi.json (`npm run generate`), which
 * the control plane writes; used by the command, the console and the action.
 */
export { ApiError, UnreachableError } from './api-error.js';
export {
  createApiClient,
  expectDone,
  unwrap,
  unwrapWithResponse,
  type ApiClient,
  type ApiOptions,
} from './client.js';
export { readEvents, type StreamRequest } from './event-stream.js';
export { followOperation, type FollowOptions } from './follow-operation.js';
export type { OperationEvent, ResourceChange, StepEventData } from './operation-event.js';
export { followEvents, type FollowEventsOptions } from './follow-events.js';
export {
  newApiKeyRoleValues,
  newCellEnvironmentValues,
  newCellTargetValues,
  newTenantOnFailureValues,
  operationStateValues,
  tenantStateValues,
  webhookDeliveryStateValues,
} from './schema.js';
export type {
  ApiKey,
  AuditEvent,
  Backup,
  Branding,
  BrandingDraft,
  BrandingRevision,
  BrandingSpec,
  Cell,
  CreatedApiKey,
  Event,
  Export,
  NewApiKey,
  NewCell,
  NewPlan,
  NewRelease,
  NewTemplate,
  NewTenant,
  NewTwinFault,
  Operation,
  Plan,
  Problem,
  Readiness,
  Release,
  ResourceGraph,
  RowMigrations,
  Step,
  Template,
  Tenant,
  TenantBatchReport,
  TenantBatchRow,
  TenantPatch,
  TwinFault,
  TwinPod,
  TwinRecord,
  TwinResource,
  TwinRoute,
  Usage,
  CallerKey,
  IssuedToken,
  Issuer,
  IssuerSpec,
  Member,
  NewWebhook,
  Webhook,
  WebhookDelivery,
  WebhookPatch,
} from './schema.js';
