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
export type {
  ApiKey,
  Branding,
  BrandingSpec,
  CreatedApiKey,
  NewApiKey,
  NewTenant,
  Operation,
  Problem,
  ResourceGraph,
  Step,
  Tenant,
  TwinPod,
  TwinRecord,
  TwinResource,
  TwinRoute,
} from './schema.js';
