/** The data gateway with its emulator as a process of its own; its tenant comes from the command line instead of Postgres. */
import { join } from 'node:path';
import { ownEmulator, startGateway, type PrefixDirectory } from '@leasehold/data-gateway';
import { announceReady, onStop } from '@leasehold/processes';
import { readTableDefinitions } from '@leasehold/tenant-data/tables';
import { ensureTool } from '@leasehold/toolchain';
import { pino } from 'pino';

const [folder = '', prefix = '', tables = ''] = process.argv.slice(2);
const tenant = {
  prefix,
  tenantId: 'ten_bench',
  share: { callsPerSecond: 1_000_000, bytesPerSecond: 2 ** 31, weight: 1 },
};
const prefixes: PrefixDirectory = {
  start: () => Promise.resolve(),
  recall: () => tenant,
  find: () => Promise.resolve(tenant),
  refresh: () => undefined,
  close: () => Promise.resolve(),
};
const { path } = await ensureTool('bigtable-emulator');
const gateway = await startGateway({
  host: '127.0.0.1',
  port: 0,
  adminPort: 0,
  prefixes,
  jwksFile: join(folder, 'jwks.json'),
  logDir: join(folder, 'bigtable'),
  startEmulator: ownEmulator(path, join(folder, 'run')),
  instance: 'projects/leasehold-bench/instances/local',
  tables: await readTableDefinitions(tables),
  logger: pino({ level: 'silent' }),
});
onStop(() => gateway.close());
announceReady({ port: gateway.port });
