import { assertPortFree } from '@leasehold/processes';
import type { Settings } from '@leasehold/settings';
import { assertDiskSpace } from './disk-space.js';

/**
 * What would stop the start later is found before the slow work: ports that are taken, a disk that is full.
 * @throws PortUnavailableError or DiskSpaceError with a sentence that names the setting.
 */
export async function preflight(settings: Settings<'launcher'>): Promise<void> {
  const host = settings.LEASEHOLD_BIND;
  await assertPortFree(settings.LEASEHOLD_PORT, 'LEASEHOLD_PORT', { host });
  await assertPortFree(settings.LEASEHOLD_EDGE_PORT, 'LEASEHOLD_EDGE_PORT', { host });
  await assertPortFree(settings.LEASEHOLD_EDGE_TLS_PORT, 'LEASEHOLD_EDGE_TLS_PORT', { host });
  await assertPortFree(settings.LEASEHOLD_DNS_PORT, 'LEASEHOLD_DNS_PORT', { host });
  await assertPortFree(settings.LEASEHOLD_DNS_PORT, 'LEASEHOLD_DNS_PORT', { host, transport: 'udp' });
  await assertDiskSpace(settings.LEASEHOLD_DATA_DIR);
}
