/**
 * @leasehold/tenant-kit: what all workloads share. Configuration from the pod's environment, the branded page, health,
 * metrics, logs, limits and a graceful end, on bare `node:http`, so that a pod answers within tens of milliseconds of
 * its start. A template gives its routes and its page content.
 */
export { runTenantApp } from './lifecycle/run.js';
export {
  createTenantApp,
  type TenantApp,
  type TenantAppOptions,
  type Workload,
  type WorkloadContext,
} from './tenant-app.js';
export type { Access } from './auth/access.js';
export type { Caller } from './auth/caller.js';
export { PodConfigError, type PodConfig } from './config/pod-config.js';
export { dropped, json, problem, stream, text, unavailable, type Reply } from './http/reply.js';
export type { Handler, Route, TenantRequest } from './http/route.js';
export type { GrpcCall, GrpcMethod, GrpcServices } from './grpc/grpc-services.js';
export { GrpcError, Status } from './grpc/status.js';
export type { Logger } from './log/logger.js';
export { Flags } from './flags/flags.js';
export { Metrics, type Counter, type Histogram } from './metrics/metrics.js';
export { createLogger } from './log/logger.js';
export { BrandingSource } from './branding/branding-source.js';
export { defaultBranding, type Branding } from './branding/branding.js';
export { assetPath, BrandingAssets } from './branding/asset-routes.js';
export { fetchAsset, fetchBranding } from './branding/fetch-branding.js';
export { brandedPage } from './branding/page.js';
export { securityHeaders } from './http/security-headers.js';
