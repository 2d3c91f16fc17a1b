import { openTenantData } from '@leasehold/tenant-data';
import type { Workload, WorkloadContext } from '@leasehold/tenant-kit';
import { Notes } from './notes.js';
import { notesRoutes } from './notes-routes.js';

/** The notes of one tenant, over its rows in the shared Bigtable. */
export function createNotes({ config, rows }: WorkloadContext): Workload {
  const data = openTenantData(rows);
  const notes = new Notes(data, config.data.prefix);
  return { routes: notesRoutes(notes), ping: () => data.ping(), close: () => data.close() };
}
