import type { TenantDataOptions } from '@leasehold/tenant-data';
import { Authentication } from './auth/authentication.js';
import { defaultBranding } from './branding/branding.js';
import { BrandingSource } from './branding/branding-source.js';
import { BrandingAssets } from './branding/asset-routes.js';
import { fetchAsset, fetchBranding, fetchPreview } from './branding/fetch-branding.js';
import { brandedPage, draftPage } from './branding/page.js';
import { linkedFiles, proofBox } from './branding/proof-box.js';
import { PreviewPage } from './branding/preview-page.js';
import { peerAddress } from './config/peer-address.js';
import { listenAddress, parsePodConfig, type PodConfig } from './config/pod-config.js';
import { Flags, type DeclaredFlag } from './flags/flags.js';
import { admission } from './grpc/admission.js';
import { GrpcApp } from './grpc/grpc-app.js';
import { GrpcServer } from './grpc/grpc-server.js';
import type { GrpcServices } from './grpc/grpc-services.js';
import { ReadinessCheck } from './health/readiness.js';
import { HttpApp } from './http/http-app.js';
import { drain, listen, newHttpServer } from './http/http-server.js';
import type { Route } from './http/route.js';
import { loadAssets } from './http/static-assets.js';
import { createLogger, type Logger } from './log/logger.js';
import { dataMetrics } from './metrics/data-metrics.js';
import { Metrics } from './metrics/metrics.js';
import { registerProcessMetrics } from './metrics/process-metrics.js';
import { fetchQuota, QuotaSource } from './quota/quota-source.js';
import { platformRoutes } from './platform-routes.js';
import type { RequestTracer } from './tracing/request-tracer.js';
import { startTracing } from './tracing/start-tracing.js';

/** What a workload is made of. */
export interface Workload {
  /** The product's own routes; `/`, `/ui/*`, `/metrics` and the health paths are the kit's. */
  routes: readonly Route[];
  /** What it answers on its gRPC port, in a pod that is given one (`GRPC_PORT`). */
  grpc?: GrpcServices;
  /** Told when the pod listens, before its first request: where other pods of the tenant reach it, such as `http://10.0.0.7:8080`. */
  listening?(address: string): void;
  /** Rejects with the reason when what the workload needs is not there; ends by itself. */
  ping(): Promise<void>;
  /** Accepted work that is not finished; a pod that has any is not put to sleep. */
  pending?(): number;
  /** Runs after the last answer: gives back and flushes what the workload holds. */
  close?(): Promise<void>;
}

/** What a workload gets from the kit. */
export interface WorkloadContext {
  config: PodConfig;
  /** For `openTenantData`: where the tenant's rows are, and the metrics of the calls for them. */
  rows: TenantDataOptions;
  logger: Logger;
  metrics: Metrics;
  /** Feature flags of the release, as this tenant has them. */
  flags: Flags;
}

/** The part of `template.json` that a pod reads. */
export interface Manifest {
  name: string;
  version: string;
  health: { live: string; ready: string };
  flags?: readonly DeclaredFlag[];
}

export interface TenantAppOptions {
  /** The template's `template.json`. */
  manifest: Manifest;
  env: NodeJS.ProcessEnv;
  page: { html: string; assetsFolder: string };
  create(context: WorkloadContext): Workload;
  /** Longest body that is read, in bytes. */
  bodyLimitBytes?: number;
  /** How long accepted requests may take to end when the pod is stopped. */
  drainMs?: number;
}

export interface TenantApp {
  readonly logger: Logger;
  /** Listens; resolves with the port. */
  start(): Promise<number>;
  /** Finishes what was accepted, then closes the workload; false when a request had to be cut off. */
  stop(): Promise<boolean>;
}

/**
 * An app of one tenant, not listening yet.
 * @throws PodConfigError when the environment does not fit the pod contract.
 */
export function createTenantApp(options: TenantAppOptions): TenantApp {
  const config = parsePodConfig(options.env);
  const { tenant, template, release, podName } = config;
  const logger = createLogger(config.logLevel, { tenant: tenant.id, template, release, pod: podName });
  const metrics = new Metrics();
  registerProcessMetrics(metrics);
  const branding = brandingSource(config, logger);
  const workload = options.create({
    config,
    rows: { ...config.data, observe: dataMetrics(metrics) },
    logger,
    metrics,
    flags: flagsOf(options.manifest, config, logger),
  });
  const readiness = new ReadinessCheck(() => workload.ping());
  const { page, preview, files } = pagesOf(options.page, config, branding, logger);
  registerInfo(metrics, branding, options.manifest, config);
  const authentication = new Authentication(config, logger);
  const bodyLimitBytes = options.bodyLimitBytes ?? 64 * 1024;
  const quota = new QuotaSource(() => fetchQuota(config.branding), logger);
  const app = new HttpApp({
    routes: [
      ...[
        ...platformRoutes({
          manifest: options.manifest,
          readiness,
          pending: () => workload.pending?.() ?? 0,
          metrics,
          page,
          preview: (token) => preview.answer(token),
        }),
        ...files,
      ].map(openToAll),
      ...workload.routes,
    ],
    metrics,
    logger,
    bodyLimitBytes,
    rateLimitPerSecond: config.parameters.rateLimitPerSecond,
    quota: (now) => quota.at(now),
    guard: (access) => authentication.guard(access),
  });
  const server = newHttpServer(app);
  let tracer: RequestTracer | undefined;
  const { grpcPort } = config;
  const grpc = grpcServer(workload, {
    metrics,
    logger,
    messageLimitBytes: bodyLimitBytes,
    admit: admission(app.limit, authentication.guard(undefined), (now) => quota.at(now)),
  });
  return {
    logger,
    async start() {
      tracer = await startTracing(config, options.manifest.version);
      if (tracer !== undefined) {
        app.traceWith(tracer);
        grpc?.traceWith(tracer);
      }
      const address = listenAddress(config);
      const listensAt = grpcPort === undefined ? undefined : await grpc?.listen(grpcPort, address);
      const port = await listen(server, config.port, address);
      workload.listening?.(peerAddress(address, port));
      void branding.refreshWhenDue();
      logger.info('listening', {
        port,
        ...(listensAt === undefined ? {} : { grpcPort: listensAt }),
        version: options.manifest.version,
      });
      return port;
    },
    async stop() {
      readiness.stop();
      const drainMs = options.drainMs ?? 20_000;
      const drained = await Promise.all([drain(server, app, drainMs), grpc?.drain(drainMs)]);
      await workload.close?.();
      await tracer?.stop();
      return drained.every((inTime) => inTime !== false);
    },
  };
}

/** What is answered in the tenant's look: its page, drafts of that, and the files that they name. */
function pagesOf(
  { assetsFolder, html }: TenantAppOptions['page'],
  config: PodConfig,
  branding: BrandingSource,
  logger: Logger,
) {
  const assets = loadAssets(assetsFolder);
  const { auth } = config.parameters;
  const content = { html: proofBox(auth) + html, ...stylesAndScripts(linkedFiles(assets.urls, auth)) };
  const pictures = new BrandingAssets((name) => fetchAsset(config.branding, name), logger);
  return {
    page: cachedPage(branding, (current) => brandedPage(current, content)),
    preview: new PreviewPage(
      (token) => fetchPreview(config.branding, token),
      (draft) => draftPage(draft, content),
      logger,
    ),
    files: [pictures.route, ...assets.routes],
  };
}

/** The server of a workload that answers gRPC as well. */
function grpcServer(
  { grpc: services }: Workload,
  options: Omit<ConstructorParameters<typeof GrpcApp>[0], 'services'>,
): GrpcServer | undefined {
  return services && new GrpcServer(new GrpcApp({ services, ...options }));
}

/** The page and the platform's own questions need no proof, and no room in the plan, whatever is asked of the product's callers. */
function openToAll(route: Route): Route {
  return { ...route, access: 'open', unmetered: true };
}

function flagsOf({ flags = [] }: Manifest, { parameters }: PodConfig, logger: Logger): Flags {
  return new Flags(flags, parameters.flags, (name) =>
    logger.warn('this release has no such feature flag; the parameter does nothing', { flag: name }),
  );
}

function brandingSource(config: PodConfig, logger: Logger): BrandingSource {
  const builtIn = defaultBranding(config.tenant.name);
  return new BrandingSource(builtIn, (etag) => fetchBranding(config.branding, etag), logger);
}

/** The page is written once a branding, not once a request. */
function cachedPage<B extends object, R>(
  source: { forPage(): Promise<B> },
  render: (branding: B) => R,
): () => Promise<R> {
  let written: { branding: B; reply: R } | undefined;
  return async () => {
    const branding = await source.forPage();
    if (written?.branding !== branding) written = { branding, reply: render(branding) };
    return written.reply;
  };
}

function stylesAndScripts(urls: readonly string[]): { styles: string[]; scripts: string[] } {
  const ofType = (extension: string): string[] => urls.filter((url) => url.includes(`${extension}?v=`));
  return { styles: ofType('.css'), scripts: ofType('.js') };
}

function registerInfo(
  metrics: Metrics,
  branding: BrandingSource,
  manifest: { name: string; version: string },
  config: PodConfig,
): void {
  const labels = { template: manifest.name, version: manifest.version, release: config.release };
  metrics.gauge('workload_info', 'The template and release that this pod runs.', () => 1, labels);
  metrics.gauge(
    'branding_revision',
    'The revision of the branding shown; 0 is the built-in one.',
    () => branding.current.revision,
  );
}
