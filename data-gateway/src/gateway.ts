import type { TableDefinition } from '@leasehold/tenant-data/tables';
import type { Logger } from 'pino';
import { Callers } from './access/callers.js';
import { PrefixRegistry, type PrefixDirectory } from './access/prefix-registry.js';
import { TokenVerifier } from './access/token-verifier.js';
import { adminServer } from './admin/admin-server.js';
import { listenHttp } from './admin/listen-http.js';
import { archiveOf } from './archive/archive-of.js';
import { usageOf } from './admin/usage-routes.js';
import { Backend } from './backend/backend.js';
import type { StartEmulator } from './backend/emulator.js';
import { methods } from './backend/bigtable-paths.js';
import { Heartbeat } from './backend/heartbeat.js';
import { prefixEmpty, scanAll } from './backend/scan.js';
import { InstanceTables } from './backend/tables.js';
import type { Handler } from './calls/call.js';
import { dispatcher } from './calls/dispatch.js';
import { readRowsHandler } from './calls/read-rows.js';
import { writeHandlers } from './calls/writes.js';
import { GrpcServer } from './grpc/grpc-server.js';
import { Compactor } from './log/compactor.js';
import { DurableLog } from './log/durable-log.js';
import { openLogFile, type OpenLogFile } from './log/log-file.js';
import { ReadUsage } from './metering/read-usage.js';
import { ledgerTable } from './migrations/ledger.js';
import type { Migration } from './migrations/migration.js';
import { Migrator } from './migrations/migrator.js';
import { GatewayMetrics } from './metrics.js';
import { DurableWrites } from './rows/durable-writes.js';
import { PrefixWrites } from './rows/prefix-writes.js';
import { RowLocks } from './rows/row-locks.js';
import { defaultShare, type Share } from './shares/share.js';
import { TenantShares } from './shares/tenant-shares.js';
import { VersionCollector } from './rows/version-collector.js';

/** The live prefixes are in Postgres, or in a directory of the caller's own. */
type PrefixSource =
  | {
      readonly databaseUrl: string;
      /** Whose prefixes are live here: the twin's first cell unless given. */
      readonly cell?: string;
    }
  | { readonly prefixes: PrefixDirectory };

export type GatewayOptions = GatewaySettings & PrefixSource;

interface GatewaySettings {
  readonly host: string;
  /** 0 for any free one. */
  readonly port: number;
  readonly adminPort: number;
  /** A file with the public keys that sign pods' tokens. */
  readonly jwksFile: string;
  /** The folder of the log. */
  readonly logDir: string;
  readonly startEmulator: StartEmulator;
  /** `projects/<project>/instances/<instance>`. */
  readonly instance: string;
  readonly tables: readonly TableDefinition[];
  readonly logger: Logger;
  /** The log is replaced by a snapshot when it has grown beyond this and the last snapshot's size, in bytes. */
  readonly compactAboveBytes?: number;
  /** Of tenants whose plan says nothing. */
  readonly share?: Share;
  /** The migrations of rows that releases may name. */
  readonly migrations?: readonly Migration[];
  /** How many rows a step of a migration looks at. */
  readonly migrationPage?: number;
  readonly openFile?: OpenLogFile;
  /** After so long without any answer, in milliseconds, the emulator is started again; 15 s unless given. */
  readonly silenceMs?: number;
}

export interface Gateway {
  readonly port: number;
  readonly adminPort: number;
  /** Finishes the calls under way, makes the log durable, ends the emulator. */
  close(): Promise<void>;
}

const firstCell = 'local';
const defaultCompactAboveBytes = 64 * 1024 * 1024;
const closeDeadlineMs = 5000;

/**
 * Starts the gateway: log, emulator, replay, and only then the listeners.
 * @throws Error with a sentence for the operator: a damaged log, an emulator that does not start, a port that is taken, Postgres away.
 */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const { logger, host } = options;
  const metrics = new GatewayMetrics({ serving: () => backend.serving, writable: () => log.writable });
  const log = await openLog(options, metrics);
  const tables = new InstanceTables(options.instance, [...options.tables, ledgerTable]);
  const writes = new PrefixWrites();
  const locks = new RowLocks();
  const backend = backendOf(options, { tables, log, writes });
  const collector: VersionCollector = new VersionCollector(
    tables,
    backend,
    () => rows,
    (err) => logger.warn({ err }, 'old versions stay for now'),
  );
  const rows: DurableWrites = new DurableWrites({
    backend,
    log,
    tables,
    writes,
    locks,
    written: (table, key) => collector.written(table, key),
  });
  const migrator = migratorOf(options, { backend, tables, rows, collector });
  const compactor = compactorOf(options, { log, backend, tables });
  const prefixes = directoryOf(options);
  const callers = callersOf(options, prefixes, tables);
  const shares = new TenantShares();
  const usage = new ReadUsage({
    append: (record) => log.append(record),
    failed: (err) => logger.warn({ err }, 'what was read is not metered yet'),
  });
  const handlers = new Map([
    ...writeHandlers(rows, metrics),
    [methods.readRows, readRowsHandler({ backend, writes, locks, metrics, usage, shares })],
    [methods.pingAndWarm, pingOf(options, backend)],
  ]);
  const grpc = new GrpcServer(
    dispatcher({
      callers,
      handlers,
      metrics,
      usage,
      shares,
      failed: (path, err) => logger.error({ path, err }, 'a call failed'),
    }),
  );
  const admin = adminServer({
    callers,
    metrics,
    healthy: () => backend.serving && log.writable,
    empty: async (prefix) => {
      await writes.settled(prefix);
      return prefixEmpty(backend.connection(), tables, prefix);
    },
    erase: (prefix) => rows.erase(prefix),
    migrate: (prefix, id) => migrator.step(prefix, id),
    migrations: (prefix) => migrator.states(prefix),
    usage: usageOf({ usage, log, backend, tables, writes }),
    archive: archiveOf({ backend, tables, writes, rows, prefixes }),
  });

  const close = async (): Promise<void> => {
    await grpc.close(closeDeadlineMs);
    admin.close();
    admin.closeAllConnections();
    compactor.stop();
    await collector.stop();
    await writes.drained();
    await usage.stop();
    await backend.stop();
    await log.close();
    await prefixes.close();
  };
  try {
    await prefixes.start();
    await backend.start();
    compactor.start();
    usage.start();
    const port = await grpc.listen(options.port, host);
    const adminPort = await listenHttp(admin, options.adminPort, host);
    return { port, adminPort, close };
  } catch (error) {
    await close().catch(() => undefined);
    throw error;
  }
}

function directoryOf(options: GatewayOptions): PrefixDirectory {
  if ('prefixes' in options) return options.prefixes;
  const { databaseUrl, cell = firstCell, logger } = options;
  return new PrefixRegistry(databaseUrl, cell, (err) => logger.warn({ err }, 'Postgres does not answer'));
}

function pingOf({ instance, silenceMs }: GatewayOptions, backend: Backend): Handler {
  const heartbeat = new Heartbeat({
    connection: () => backend.connection(),
    suspect: (connection) => backend.suspect(connection),
    instance,
    ...(silenceMs === undefined ? {} : { giveUpMs: silenceMs }),
  });
  return () => heartbeat.beat().then(() => [Buffer.alloc(0)]);
}

function migratorOf(
  { migrations = [], migrationPage }: GatewayOptions,
  parts: { backend: Backend; tables: InstanceTables; rows: DurableWrites; collector: VersionCollector },
): Migrator {
  return new Migrator({
    ...parts,
    migrations,
    collect: (table, key) => parts.collector.written(table, key),
    ...(migrationPage === undefined ? {} : { rowsPerPage: migrationPage }),
  });
}

function compactorOf(
  { compactAboveBytes = defaultCompactAboveBytes, logger }: GatewayOptions,
  { log, backend, tables }: { log: DurableLog; backend: Backend; tables: InstanceTables },
): Compactor {
  return new Compactor(log, compactAboveBytes, {
    possible: () => backend.serving,
    scan: () => scanAll(backend.connection(), tables),
    finished: (facts) => logger.info(facts, 'log compacted'),
    failed: (err) => logger.warn({ err }, 'the log could not be compacted; it stays as it is'),
  });
}

function callersOf(
  { jwksFile, share }: GatewayOptions,
  prefixes: PrefixDirectory,
  tables: InstanceTables,
): Callers {
  const callable = new Map([...tables.byName].filter(([, { id }]) => id !== ledgerTable.table));
  return new Callers(new TokenVerifier(jwksFile), prefixes, callable, share ?? defaultShare);
}

function backendOf(
  { startEmulator, logger }: GatewayOptions,
  { tables, log, writes }: { tables: InstanceTables; log: DurableLog; writes: PrefixWrites },
): Backend {
  return new Backend({
    startEmulator,
    tables,
    log,
    drained: () => writes.drained(),
    events: {
      ready: (facts) => logger.info(facts, 'Bigtable is ready'),
      lost: () => logger.error('the connection to the emulator is lost: starting it again'),
      restartFailed: (error) => logger.error({ err: error }, 'the emulator could not be started'),
    },
  });
}

function openLog({ logDir, openFile, logger }: GatewayOptions, metrics: GatewayMetrics): Promise<DurableLog> {
  return DurableLog.open(logDir, openFile ?? openLogFile, {
    failed: (err) => logger.error({ err }, 'the disk refuses the log: writes are refused'),
    recovered: () => logger.info('the disk takes the log again'),
    synced: (facts) => metrics.synced(facts),
  });
}
