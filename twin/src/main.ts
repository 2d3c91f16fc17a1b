/** The twin's process: DNS, edge, pods and object store of the local cloud. A child of the supervisor. */
import { announceReady, onStop } from '@leasehold/processes';
import { parseSettings } from '@leasehold/settings';
import { pino } from 'pino';
import { createTwinPool } from './inventory/twin-pool.js';
import { startTwin } from './twin.js';

/** The one cell that the twin serves. */
const cell = 'local';
/** Pods get their own time to end; whatever is left at this deadline goes with the process. */
const stopDeadlineMs = 35_000;

const settings = parseSettings('twin', process.env);
const log = pino({ name: 'twin', level: settings.LEASEHOLD_LOG_LEVEL });
const pool = createTwinPool(settings.LEASEHOLD_TWIN_DATABASE_URL);
const twin = await startTwin({
  pool,
  dataDir: settings.LEASEHOLD_DATA_DIR,
  cell,
  log,
  bind: settings.LEASEHOLD_BIND,
  edgePort: settings.LEASEHOLD_EDGE_PORT,
  dnsPort: settings.LEASEHOLD_DNS_PORT,
  objectStorePort: settings.LEASEHOLD_OBJECT_STORE_PORT,
  gatewayPort: settings.LEASEHOLD_GATEWAY_PORT,
});
onStop(
  async () => {
    await twin.close();
    await pool.end();
  },
  { deadlineMs: stopDeadlineMs },
);
const { edgePort, dnsPort, objectStorePort } = twin;
log.info({ edgePort, dnsPort, objectStorePort }, 'The twin answers.');
announceReady({ edgePort, dnsPort, objectStorePort });
