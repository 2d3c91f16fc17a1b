/**
 * `@leasehold/twin/target`: what the control plane may do with the twin besides running stacks on it: push images,
 * write branding objects, look at names and pages as a client would, erase rows, and show the inventory.
 */
import { join } from 'node:path';
import { invalidateCache } from './edge/cache/invalidations.js';
import type { Fault, FaultDraft } from './faults/fault.js';
import { FaultRules } from './faults/faults.repository.js';
import { Inventory, type InventoryFilter } from './inventory/inventory.js';
import type { Json } from './inventory/json.js';
import type { Reference, Resource } from './inventory/resource.js';
import { createTwinPool } from './inventory/twin-pool.js';
import { ImageRecords } from './images/image-records.repository.js';
import { ImageStore, type PushedImage } from './images/image-store.js';
import { readLog, type LogRequest } from './pods/read-log.js';
import { PodRecords, type PodRecord } from './pods/pod-records.repository.js';
import { cellUsage, type CellUsage } from './metering/cell-usage.js';
import { EdgeUsageRecords } from './metering/edge-usage.js';
import { controlPlaneTokens } from './target/control-plane-tokens.js';
import { EdgeClient, type EdgeAnswer } from './target/edge-client.js';
import {
  GatewayAdminClient,
  type ArchivePage,
  type MigrationProgress,
  type MigrationState,
} from './target/gateway-admin-client.js';
import { ObjectStoreClient, type ObjectFacts } from './target/object-store-client.js';
import { putSecret } from './target/put-secret.js';
import { rolloutOf, type Rollout } from './target/rollout.js';
import { setField } from './target/set-field.js';
import { resolveThroughTwin } from './target/resolve.js';
import { recordLines, routeLines, type RecordLine, type RouteLine } from './target/inventory-lines.js';
import { resourceTypes } from './inventory/resource-types.js';

export { faultKinds, faultOperations } from './faults/fault.js';
export { isKnown as knownType } from './rules/rule-registry.js';
export { ImageError } from './images/image-manifest.js';
export { PathError } from './inventory/json-change.js';
export { InvalidResourceError } from './rules/invalid-resource-error.js';
export { InUseError, MissingReferenceError } from './inventory/inventory-errors.js';
export { GatewayAdminError } from './target/gateway-admin-client.js';
export { ObjectStoreError } from './target/object-store-client.js';
export type {
  EdgeAnswer,
  Fault,
  FaultDraft,
  LogRequest,
  ObjectFacts,
  PodRecord,
  PushedImage,
  RecordLine,
  Resource,
  RouteLine,
};

export interface TwinTargetOptions {
  /** Of the database role `leasehold_twin`. */
  databaseUrl: string;
  dataDir: string;
  /** `http://127.0.0.1:<port>` of the twin's object store. */
  objectStoreUrl: string;
  /** `http://127.0.0.1:<port>` of the data gateway's admin surface. */
  gatewayAdminUrl: string;
  edgePort: number;
  dnsPort: number;
  cell: string;
}

export interface TwinTarget {
  /** Copies a template's image folder into the twin's registry. @throws ImageError */
  pushImage(folder: string): Promise<PushedImage>;
  /** @throws ObjectStoreError when the bucket does not exist, or the store is down */
  putObject(bucket: string, name: string, body: Buffer, facts: ObjectFacts): Promise<void>;
  /** Undefined when there is no such object. */
  getObject(bucket: string, name: string): Promise<Buffer | undefined>;
  listObjects(bucket: string, prefix: string): Promise<string[]>;
  /** Deletes what has the prefix; the answer is how many objects that were. */
  deleteObjects(bucket: string, prefix: string): Promise<number>;
  /** IPv4 addresses by the twin's own DNS, never the machine's resolver; none for a name that does not exist. */
  resolve(hostname: string): Promise<string[]>;
  /** GET with the hostname as Host. @throws when the edge is down, or the signal aborts */
  fetchThroughEdge(hostname: string, path: string, options: { signal: AbortSignal }): Promise<EdgeAnswer>;
  /** How far a Deployment is with its pods. */
  rollout(namespace: string, deployment: string): Promise<Rollout>;
  /** Where the rows are; two targets with an equal one have the same. */
  rowsAt: string;
  /** A page of the rows below a prefix, as lines. @throws GatewayAdminError */
  readRows(prefix: string, after?: string): Promise<ArchivePage>;
  /** @throws GatewayAdminError */
  writeRows(prefix: string, lines: Buffer): Promise<void>;
  /** Does the next page of a migration of the rows below a prefix. @throws GatewayAdminError */
  migrateRows(prefix: string, migration: string): Promise<MigrationProgress>;
  /** How far each migration is with the rows below a prefix. @throws GatewayAdminError */
  migrations(prefix: string): Promise<readonly MigrationState[]>;
  /** What clients asked and pods did, from the hour of a moment on. @throws GatewayAdminError */
  usage(since: Date): Promise<CellUsage>;
  /** What a prefix holds now. @throws GatewayAdminError */
  stored(prefix: string): Promise<{ rows: number; bytes: number }>;
  /** Deletes all rows below a row-key prefix. @throws GatewayAdminError */
  eraseRows(prefix: string): Promise<{ deleted: boolean }>;
  /** True when a scan finds no row below the prefix. @throws GatewayAdminError */
  proveNoRows(prefix: string): Promise<boolean>;
  inventory: {
    list(filter: InventoryFilter): Promise<Resource[]>;
    /** False when it was not there. @throws InUseError */
    remove(key: Reference): Promise<boolean>;
    /**
     * Writes one field behind the engine's back; undefined when the resource is not there.
     * @throws PathError; InvalidResourceError when the cloud would not take it so
     */
    set(key: Reference, path: string, value: Json | undefined): Promise<Resource | undefined>;
    records(): Promise<RecordLine[]>;
    routes(): Promise<RouteLine[]>;
    pods(): Promise<PodRecord[]>;
  };
  /** What a pod of the cell has printed; undefined when there is no such pod. */
  podLog(pod: string, request: LogRequest): Promise<AsyncIterable<Buffer> | undefined>;
  /** Lets the edge forget what it keeps of a hostname: below a path that ends with `*`, else of that path alone. */
  invalidateCache(host: string, path: string): Promise<void>;
  /** Puts a value into the secret store; pods that start from then on read it. @throws TypeError for a bad name */
  putSecret(name: string, value: string): Promise<void>;
  /** What the stand-in clouds are told to fail at. */
  faults: {
    add(draft: Omit<FaultDraft, 'cell'>): Promise<Fault>;
    list(): Promise<Fault[]>;
    /** False when there is no such rule. */
    remove(id: string): Promise<boolean>;
  };
  close(): Promise<void>;
}

export function createTwinTarget(options: TwinTargetOptions): TwinTarget {
  const { cell, dataDir, dnsPort } = options;
  const pool = createTwinPool(options.databaseUrl, 4);
  const inventory = new Inventory(pool);
  const pods = new PodRecords(pool);
  const faults = new FaultRules(pool);
  const images = new ImageStore(dataDir, new ImageRecords(pool));
  const tokens = controlPlaneTokens(dataDir);
  const store = new ObjectStoreClient(options.objectStoreUrl, () => tokens('storage'));
  const gateway = new GatewayAdminClient(options.gatewayAdminUrl, () => tokens('data-gateway'));
  const edgeUsage = new EdgeUsageRecords(pool, cell);
  const edge = new EdgeClient(options.edgePort);
  const podsFolder = join(dataDir, 'twin', 'pods');
  const ofType = (type: string): Promise<Resource[]> => inventory.list({ cell, types: [type] });
  return {
    pushImage: (folder) => images.push(folder),
    putObject: (bucket, name, body, facts) => store.put(bucket, name, body, facts),
    listObjects: (bucket, prefix) => store.list(bucket, prefix),
    deleteObjects: (bucket, prefix) => store.removeAll(bucket, prefix),
    resolve: (hostname) => resolveThroughTwin(hostname, dnsPort),
    fetchThroughEdge: (hostname, path, { signal }) => edge.get(hostname, path, signal),
    rollout: (namespace, deployment) =>
      rolloutOf({ inventory, pods, podsFolder }, { cell, namespace, deployment }),
    getObject: (bucket, name) => store.get(bucket, name),
    rowsAt: options.gatewayAdminUrl,
    readRows: (prefix, after) => gateway.readRows(prefix, after),
    writeRows: (prefix, lines) => gateway.writeRows(prefix, lines),
    migrateRows: (prefix, migration) => gateway.migrateRows(prefix, migration),
    migrations: (prefix) => gateway.migrations(prefix),
    usage: (since) => cellUsage(edgeUsage, gateway, since),
    stored: (prefix) => gateway.stored(prefix),
    eraseRows: (prefix) => gateway.erase(prefix),
    proveNoRows: (prefix) => gateway.isEmpty(prefix),
    inventory: {
      list: (filter) => inventory.list(filter),
      remove: (key) => inventory.remove({ cell, ...key }),
      set: (key, path, value) => setField(inventory, { cell, ...key }, path, value),
      records: async () => recordLines(await ofType(resourceTypes.recordSet)),
      routes: async () => routeLines(await ofType(resourceTypes.httpRoute)),
      pods: () => pods.list(cell),
    },
    podLog: async (pod, request) => {
      const known = (await pods.list(cell)).some(({ name }) => name === pod);
      return known ? readLog(join(podsFolder, pod, 'log'), request) : undefined;
    },
    invalidateCache: (host, path) => invalidateCache(pool, { cell, host, path }),
    putSecret: (name, value) => putSecret(join(dataDir, 'twin', 'secrets'), name, value),
    faults: {
      add: (draft) => faults.add({ ...draft, cell }),
      list: () => faults.list(cell),
      remove: (id) => faults.remove(cell, id),
    },
    close: () => pool.end(),
  };
}
