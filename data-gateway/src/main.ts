/** The data gateway as a process of its own. */
import { tmpdir } from 'node:os';
import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { announceReady, onStop } from '@leasehold/processes';
import { parseSettings } from '@leasehold/settings';
import { readTableDefinitions } from '@leasehold/tenant-data/tables';
import { ensureTool } from '@leasehold/toolchain';
import { pino } from 'pino';
import { foreignEmulator, ownEmulator, type StartEmulator } from './backend/emulator.js';
import { readMigrations } from './migrations/migration.js';
import { startGateway } from './gateway.js';

/** The twin's project; each cell has an emulator of its own, and names it so. */
const instance = 'projects/leasehold-twin/instances/local';
const tablesFile = new URL('../../migrations/bigtable/tables.json', import.meta.url);
const migrationsFile = new URL('../../migrations/bigtable/migrations.json', import.meta.url);
/** A unix socket's path may have 107 bytes on Linux and 103 on macOS. */
const maxSocketDirLength = 85;

type GatewaySettings = ReturnType<typeof parseSettings<'data-gateway'>>;

async function emulator(settings: GatewaySettings): Promise<StartEmulator> {
  if (settings.BIGTABLE_EMULATOR_HOST) return foreignEmulator(settings.BIGTABLE_EMULATOR_HOST);
  const { path } = await ensureTool('bigtable-emulator', { toolsDir: settings.LEASEHOLD_TOOLS_DIR });
  const beside = join(settings.LEASEHOLD_DATA_DIR, 'bigtable', 'run');
  const socketDir =
    beside.length <= maxSocketDirLength ? beside : await mkdtemp(join(tmpdir(), 'leasehold-'));
  return ownEmulator(path, socketDir);
}

async function main(): Promise<void> {
  const settings = parseSettings('data-gateway', process.env);
  const logger = pino({ level: settings.LEASEHOLD_LOG_LEVEL, base: { service: 'data-gateway' } });
  const tables = await readTableDefinitions(tablesFile);
  const gateway = await startGateway({
    host: settings.LEASEHOLD_BIND,
    port: settings.LEASEHOLD_GATEWAY_PORT,
    adminPort: settings.LEASEHOLD_GATEWAY_ADMIN_PORT,
    databaseUrl: settings.LEASEHOLD_GATEWAY_DATABASE_URL,
    cell: settings.LEASEHOLD_CELL,
    jwksFile: settings.LEASEHOLD_GATEWAY_JWKS,
    logDir: join(settings.LEASEHOLD_DATA_DIR, 'bigtable'),
    startEmulator: await emulator(settings),
    instance,
    tables,
    migrations: await readMigrations(migrationsFile, tables),
    logger,
  });
  onStop(() => gateway.close());
  announceReady({ port: gateway.port, adminPort: gateway.adminPort });
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
