/** The serving half of the twin: everything that answers for what stands in the inventory, started and stopped as one. */
import { join } from 'node:path';
import { availableParallelism } from 'node:os';
import type { Logger } from 'pino';
import type { Pool } from 'pg';
import { DnsServer } from './dns/dns-server.js';
import { zoneTable } from './dns/zone-table.js';
import { Backends } from './edge/backends.js';
import { CachedAnswers } from './edge/cache/cached-answers.js';
import { watchInvalidations } from './edge/cache/invalidations.js';
import type { TlsPort } from './edge/connections.js';
import { EdgeServer, type EdgeLimits } from './edge/edge-server.js';
import { routeTable } from './edge/http-route.js';
import { SecretStore } from './pods/secret-store.js';
import { loadIssuerKey } from './identity/issuer-key.js';
import { TokenIssuer, TokenVerifier } from './identity/service-account-token.js';
import { ImageRecords } from './images/image-records.repository.js';
import { ImageStore } from './images/image-store.js';
import { Inventory } from './inventory/inventory.js';
import { resourceTypes } from './inventory/resource-types.js';
import { issueLatencyMs, type LatencyProfile } from './latency/latency-profile.js';
import { InventoryMirror } from './mirror/inventory-mirror.js';
import { derived } from './mirror/derived.js';
import { ObjectAccess } from './object-store/object-access.js';
import { ObjectFiles } from './object-store/object-files.js';
import { ObjectStoreServer } from './object-store/object-store-server.js';
import { PodLauncher } from './pods/pod-launcher.js';
import { PodRecords } from './pods/pod-records.repository.js';
import { PodSpawner } from './pods/pod-spawner.js';
import { Pods } from './pods/pods.js';
import { EdgeMeter } from './metering/edge-meter.js';
import { EdgeUsageRecords } from './metering/edge-usage.js';
import { CertificateManager } from './tls/certificate-manager.js';
import { Certificates } from './tls/certificates.js';
import { LocalCa } from './tls/local-ca.js';
import { PortAllocator } from './pods/port-allocator.js';

export interface TwinOptions {
  pool: Pool;
  dataDir: string;
  cell: string;
  log: Logger;
  /** Address of the edge and of DNS; pods and object store stay on the loopback address. */
  bind: string;
  edgePort: number;
  /** Of the edge over TLS; without it there is none. */
  edgeTlsPort?: number;
  dnsPort: number;
  objectStorePort: number;
  /** Port of the data gateway on the loopback address. */
  gatewayPort: number;
  /** A pod without a request for this long sleeps; five minutes unless given. */
  idleMs?: number;
  /** How long a request waits for a pod that wakes or starts; ten seconds unless given. */
  wakeMs?: number;
  /** Processes that wait to become pods; two unless given, 0 for none. */
  warmProcesses?: number;
  edgeLimits?: Partial<EdgeLimits>;
  /** Without it the clouds take no time of their own. */
  latency?: LatencyProfile;
}

const defaultIdleMs = 300_000;
const defaultWakeMs = 10_000;
const defaultWarmProcesses = 2;

export interface Twin {
  readonly edgePort: number;
  /** Undefined without TLS. */
  readonly edgeTlsPort: number | undefined;
  readonly dnsPort: number;
  readonly objectStorePort: number;
  close(): Promise<void>;
}

/** Starts all of it; resolves when it can answer. What was started is stopped again when a part cannot start. */
export async function startTwin(options: TwinOptions): Promise<Twin> {
  const closers: (() => Promise<void>)[] = [];
  const close = async (): Promise<void> => {
    for (const closer of closers.splice(0).reverse()) await closer();
  };
  try {
    return { ...(await startParts(options, closers)), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function startParts(
  options: TwinOptions,
  closers: (() => Promise<void>)[],
): Promise<Omit<Twin, 'close'>> {
  const { pool, dataDir, log, bind } = options;
  const inventory = new Inventory(pool);
  const key = await loadIssuerKey(dataDir);
  const mirror = new InventoryMirror(inventory, options.cell, log);
  closers.push(() => mirror.close());
  await mirror.start();

  const objects = await ObjectStoreServer.start({
    port: options.objectStorePort,
    files: new ObjectFiles(join(dataDir, 'twin', 'objects')),
    access: new ObjectAccess(mirror),
    verifier: await TokenVerifier.of(key, 'storage'),
    log,
  });
  closers.push(() => objects.close());

  const zones = derived(mirror, [resourceTypes.managedZone, resourceTypes.recordSet], () =>
    zoneTable(mirror.all(resourceTypes.managedZone), mirror.all(resourceTypes.recordSet)),
  );
  const dns = await DnsServer.start({ host: bind, port: options.dnsPort, zones });
  closers.push(() => dns.close());

  const spawner = new PodSpawner(options.warmProcesses ?? defaultWarmProcesses);
  closers.push(() => spawner.close());
  const pods = new Pods({
    mirror,
    inventory,
    records: new PodRecords(pool),
    launcher: new PodLauncher({
      mirror,
      images: new ImageStore(dataDir, new ImageRecords(pool)),
      issuer: await TokenIssuer.of(key),
      ports: new PortAllocator(),
      spawner,
      folder: join(dataDir, 'twin', 'pods'),
      aliases: hostAliases(options.gatewayPort, objects.port),
      secrets: new SecretStore(mirror, join(dataDir, 'twin', 'secrets')),
    }),
    log,
    idleMs: options.idleMs ?? defaultIdleMs,
    startsAtOnce: Math.max(2, availableParallelism()),
  });
  closers.push(() => pods.close());
  await pods.start();

  const routeTypes = [
    resourceTypes.httpRoute,
    resourceTypes.gcpHttpFilter,
    resourceTypes.gateway,
    resourceTypes.namespace,
    resourceTypes.referenceGrant,
  ];
  const routes = derived(mirror, routeTypes, () => routeTable(mirror));
  const secureRoutes = derived(mirror, routeTypes, () => routeTable(mirror, 'HTTPS'));
  const certificates = new CertificateManager({
    mirror,
    inventory,
    log,
    issueDelayMs: issueLatencyMs(options.latency ?? 'off'),
  });
  closers.push(() => certificates.close());
  const hasCertificate = (hostname: string): boolean =>
    secureRoutes().knows(hostname) && certificates.covers(hostname);
  const cache = new CachedAnswers();
  const cacheWatch = watchInvalidations(pool, options.cell, cache);
  closers.push(() => cacheWatch.close());
  const meter = new EdgeMeter(new EdgeUsageRecords(pool, options.cell), log);
  closers.push(() => meter.close());
  meter.start();
  const edge = await EdgeServer.start({
    host: bind,
    port: options.edgePort,
    routes: (secure) => (secure ? secureRoutes() : routes()),
    cache,
    meter,
    ...(options.edgeTlsPort === undefined
      ? {}
      : { tls: await tlsPort(options.edgeTlsPort, dataDir, hasCertificate) }),
    backends: new Backends(mirror, pods, options.wakeMs ?? defaultWakeMs),
    ...(options.edgeLimits === undefined ? {} : { limits: options.edgeLimits }),
  });
  closers.push(() => edge.close());
  return { edgePort: edge.port, edgeTlsPort: edge.tlsPort, dnsPort: dns.port, objectStorePort: objects.port };
}

async function tlsPort(
  port: number,
  dataDir: string,
  hasCertificate: (hostname: string) => boolean,
): Promise<TlsPort> {
  const certificates = new Certificates(await LocalCa.open(dataDir), hasCertificate);
  return {
    port,
    contextFor: (serverName) => certificates.contextFor(serverName),
    fallback: await certificates.fallback(),
  };
}

/** Addresses that mean something inside a cluster, and where they are on this machine: the stand-in of cluster DNS. */
function hostAliases(gatewayPort: number, objectStorePort: number): ReadonlyMap<string, string> {
  return new Map([
    ['data-gateway.leasehold-system.svc:8086', `127.0.0.1:${String(gatewayPort)}`],
    ['https://storage.googleapis.com', `http://127.0.0.1:${String(objectStorePort)}`],
  ]);
}
