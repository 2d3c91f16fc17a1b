/**
 * The page that a cell shows for its suspended clients: one small workload beside the cell's gateway. Main program of the image.
 * The clients' routes lead here and say whose page it is; the branding is read with this workload's own identity.
 */
import { createLogger } from '@leasehold/tenant-kit';
import { BrandingCache } from './branding-cache.js';
import { createHoldingServer } from './create-holding-server.js';
import { parseHoldingConfig } from './holding-config.js';

const logger = createLogger('info', { workload: 'holding-page' });
const config = parseHoldingConfig(process.env);
const server = createHoldingServer(new BrandingCache(config, logger), logger);

const stop = (): void => {
  server.close(() => process.exit(0));
  server.closeIdleConnections();
};
process.on('SIGTERM', stop);
process.on('SIGINT', stop);
server.listen({ port: config.port, host: config.host }, () =>
  logger.info('listening', { port: config.port }),
);
