import type { PrefixDirectory } from '../access/prefix-registry.js';
import type { ArchiveRoutes } from '../admin/archive-routes.js';
import type { Backend } from '../backend/backend.js';
import type { InstanceTables } from '../backend/tables.js';
import type { DurableWrites } from '../rows/durable-writes.js';
import type { PrefixWrites } from '../rows/prefix-writes.js';
import { readRowsPage } from './read-page.js';
import { writeArchivedRows } from './write-rows.js';

export interface ArchiveParts {
  readonly backend: Backend;
  readonly tables: InstanceTables;
  readonly writes: PrefixWrites;
  readonly rows: DurableWrites;
  readonly prefixes: PrefixDirectory;
}

/** Rows out of a prefix and back into one, over the gateway's parts. */
export function archiveOf({ backend, tables, writes, rows, prefixes }: ArchiveParts): ArchiveRoutes {
  return {
    page: async (prefix, after, maxBytes) => {
      const page = await readRowsPage(backend.connection(), tables, prefix, after, maxBytes);
      // What was seen may still be on its way to the disk.
      await writes.settled(prefix);
      return page;
    },
    write: async (prefix, archived) => {
      // A pod whose prefix was taken out of use may have been let in just before.
      prefixes.refresh();
      await writes.settled(prefix);
      await writeArchivedRows(rows, tables, prefix, archived);
    },
  };
}
