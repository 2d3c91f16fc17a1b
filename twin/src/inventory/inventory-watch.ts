import type { Pool } from 'pg';
import { z } from 'zod';
import { listen, type Listening } from './listen.js';

const changeSchema = z.object({
  cell: z.string(),
  type: z.string(),
  scope: z.string(),
  name: z.string(),
  op: z.enum(['created', 'updated', 'status', 'removed']),
});

/** One change of one resource. `status` means that its spec is as it was. */
export type InventoryChange = z.infer<typeof changeSchema>;

export interface InventoryWatcher {
  changed(change: InventoryChange): void;
  /** Anything may have changed: read all again. */
  resync(): void;
}

export type InventoryWatch = Listening;

/** Listens on the channel `twin_inventory` until closed. */
export function watchInventory(pool: Pool, cell: string, watcher: InventoryWatcher): InventoryWatch {
  return listen(pool, {
    name: 'twin_inventory',
    told: (payload) => tell(payload, cell, watcher),
    resync: () => watcher.resync(),
  });
}

function tell(payload: string | undefined, cell: string, watcher: InventoryWatcher): void {
  const change = changeSchema.safeParse(parseJson(payload));
  // Any role may notify on the channel: what cannot be read may hide a change.
  if (!change.success) watcher.resync();
  else if (change.data.cell === cell) watcher.changed(change.data);
}

function parseJson(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    return undefined;
  }
}
