/** The twin's process: DNS, edge, pods and object store of the local cloud. A child of the supervisor. */
import { announceReady, onStop } from '@leasehold/processes';
import { parseSettings } from '@leasehold/settings';
import { pino } from 'pino';
import { createTwinPool } from './inventory/twin-pool.js';
import { startTwin } from './twin.js';

/** Requests in hand, then pods, get their time to end; the supervisor waits for 15 s. */
const stopDeadlineMs = 14_000;

async function main(): Promise<void> {
  const settings = parseSettings('twin', process.env);
  const log = pino({ level: settings.LEASEHOLD_LOG_LEVEL, base: { service: 'twin' } });
  const pool = createTwinPool(settings.LEASEHOLD_TWIN_DATABASE_URL);
  const twin = await startTwin({
    pool,
    dataDir: settings.LEASEHOLD_DATA_DIR,
    cell: settings.LEASEHOLD_CELL,
    log,
    bind: settings.LEASEHOLD_BIND,
    edgePort: settings.LEASEHOLD_EDGE_PORT,
    edgeTlsPort: settings.LEASEHOLD_EDGE_TLS_PORT,
    dnsPort: settings.LEASEHOLD_DNS_PORT,
    objectStorePort: settings.LEASEHOLD_OBJECT_STORE_PORT,
    gatewayPort: settings.LEASEHOLD_GATEWAY_PORT,
    latency: settings.LEASEHOLD_TWIN_LATENCY,
  });
  const stop = async (): Promise<void> => {
    await twin.close();
    await pool.end();
  };
  onStop(stop, { deadlineMs: stopDeadlineMs });
  const { edgePort, edgeTlsPort, dnsPort, objectStorePort } = twin;
  announceReady({ edgePort, edgeTlsPort, dnsPort, objectStorePort });
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
